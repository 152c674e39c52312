"""The client of OpenAI-compatible endpoints: POST /v1/chat/completions, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final, Self

import httpx

from og_extract.ai.endpoint import Endpoint
from og_extract.ai.outcome import AiError

MAX_ANSWER_BYTES = 256 * 1024
RETRY_PAUSE_S = 0.2
MAX_RETRY_AFTER_S = 2.0
MIN_TRY_S = 0.5
"""With less time left, nothing is tried again."""
KEEP_ALIVE_S = 60.0

_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500
_OK: Final = 200


class _RetryableError(AiError):
    """A fault that may pass by itself."""

    def __init__(self, cause: str, pause_s: float = RETRY_PAUSE_S) -> None:
        super().__init__(cause)
        self.pause_s = pause_s


class ChatClient:
    """Asks one endpoint, over connections that are kept open.

    The endpoint is the operator's own, on whatever address: it does not go through the guard that
    pages go through, and nothing of a page has a part in its URL or its headers.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._url = endpoint.completions_url
        key = endpoint.api_key
        self._http = httpx.AsyncClient(
            headers={
                # Unpacking could exceed any bound; an answer is small as it is.
                "accept-encoding": "identity",
                **({"authorization": f"Bearer {key}"} if key else {}),
            },
            timeout=None,  # noqa: S113 - callers give one deadline for everything
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(
                max_connections=endpoint.running_max, keepalive_expiry=KEEP_ALIVE_S
            ),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def complete(self, body: Mapping[str, Any], end: float) -> object:
        """Post a request and give the answer's JSON; end is a time of the running loop.

        Whatever may pass by itself is tried once more where time remains. Raises AiError, and
        TimeoutError at end.
        """
        content = json.dumps(body).encode()
        async with asyncio.timeout_at(end):
            try:
                return await self._answer(content)
            except _RetryableError as error:
                if error.pause_s + MIN_TRY_S > end - asyncio.get_running_loop().time():
                    raise
                await asyncio.sleep(error.pause_s)
            return await self._answer(content)

    async def _answer(self, content: bytes) -> object:
        request = self._http.stream(
            "POST", self._url, content=content, headers={"content-type": "application/json"}
        )
        try:
            async with request as response:
                _check_status(response)
                return _parsed(await _bounded(response))
        except httpx.TransportError as error:
            raise _RetryableError(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise AiError(type(error).__name__) from None


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == _OK:
        return
    if status == _TOO_MANY_REQUESTS:
        pause_s = _retry_after_s(response.headers.get("retry-after", ""))
        if pause_s is not None:
            raise _RetryableError(f"status {status}", pause_s)
    if status >= _SERVER_ERROR:
        raise _RetryableError(f"status {status}")
    raise AiError(f"status {status}")


def _retry_after_s(text: str) -> float | None:
    """Read a Retry-After in seconds; None where it is too long, or a date."""
    if not text:
        return RETRY_PAUSE_S
    try:
        seconds = float(text)
    except ValueError:
        return None
    return max(seconds, RETRY_PAUSE_S) if seconds <= MAX_RETRY_AFTER_S else None


async def _bounded(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise AiError("answer is encoded")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise AiError("answer is too large")
    return bytes(body)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise AiError("answer is no JSON") from None
