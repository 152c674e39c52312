"""Bodies of answers, received within their bounds."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpcore
import httpx

from og_extract.allowance import Allowance
from og_extract.fetch.wanted import TooLargeError, Wanted

MAX_CHUNKS = 4_096
"""Of a body: each costs the same however small it is. One of more counts as too long."""
CHUNKS_A_TURN = 2
"""Chunks that came in one read are received without a pause, so that many; then it is others'
turn."""
REDIRECT_BODY_MAX_BYTES = 16 * 1024
REDIRECT_BODY_S = 0.2
"""A redirect's body is received within these bounds, so that its connection can be used again."""

_UNFINISHED = (httpcore.NetworkError, httpcore.ProtocolError)


async def finish(response: httpx.Response) -> None:
    """Receive the little that most redirects bring, and close the answer."""
    received = 0
    try:
        async with asyncio.timeout(REDIRECT_BODY_S):
            async for chunk in response.aiter_raw():
                received += len(chunk)
                if received > REDIRECT_BODY_MAX_BYTES:
                    break
    except (TimeoutError, *_UNFINISHED):
        pass
    finally:
        await response.aclose()


async def refusal(response: httpx.Response, wanted: Wanted, allowance: Allowance) -> bytes:
    """Receive what a refusal says, as far as it comes at once."""
    end = asyncio.get_running_loop().time() + wanted.refusal_s
    wanted = replace(wanted, max_bytes=wanted.refusal_bytes, may_be_cut=True)
    try:
        body, _ = await whole(response, wanted, allowance.until(end))
    except (TimeoutError, *_UNFINISHED):
        return b""
    return body


async def whole(
    response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> tuple[bytes, bool]:
    """Receive what is wanted of a body, and tell whether more of it may be missing.

    Raises TooLargeError, TimeoutError, and httpcore's for a connection that fails.
    """
    body = bytearray()
    try:
        is_partial = await _fill(body, response, wanted, allowance)
    except BaseException:
        allowance.held.give_back(len(body))
        raise
    return bytes(memoryview(body)[: wanted.max_bytes]), is_partial


async def _fill(
    body: bytearray, response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> bool:
    """Receive a body up to its bounds, and tell whether it ended before its end."""
    try:
        async with asyncio.timeout_at(allowance.end):
            is_too_long = await _receive(body, response, wanted, allowance)
    except (TimeoutError, *_UNFINISHED):
        if not (wanted.may_be_cut and body):
            raise
        return True
    if is_too_long and not wanted.may_be_cut:
        raise TooLargeError
    return False


async def _receive(
    body: bytearray, response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> bool:
    """Receive a body, and tell whether it is longer than the bounds."""
    chunks = 0
    async for chunk in response.aiter_raw():
        allowance.held.take(len(chunk))
        body += chunk
        chunks += 1
        if len(body) > wanted.max_bytes or chunks > MAX_CHUNKS:
            return True
        if chunks % CHUNKS_A_TURN == 0:
            await asyncio.sleep(0)
    return False
