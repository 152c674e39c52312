"""One request and what came of it."""

from __future__ import annotations

import asyncio
import enum
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from og_edge.errors import ApiError
from og_stack.ports import LOOPBACK

ANSWER_WITHIN_S = 12.0
"""The budget of a request is 7.5 s; the rest is for a machine that also starts processes."""
GIVE_UP_AFTER_S = 30.0
RETRY_AFTER_MAX_S = 60
DOCUMENTED = {(int(error.status), error.code) for error in ApiError.__subclasses__()}


class Outcome(enum.Enum):
    """How far a request came."""

    NOT_BEGUN = "not begun"
    """No connection was made: nothing can have been charged."""
    INTERRUPTED = "interrupted"
    """The connection broke or the client hung up: nobody knows here what was charged."""
    FAILED = "failed"
    """We said that something went wrong on our end: as above, yet the request has an id."""
    REFUSED = "refused"
    """Any other error: nothing may have been charged."""
    COMPLETE = "complete"
    """The card came whole, or what a HEAD or conditional request asks for."""


@dataclass(frozen=True)
class HangUp:
    """When a client loses patience: so long after asking, or after so much of the answer."""

    after_s: float | None = None
    after_bytes: int | None = None


@dataclass
class Exchange:
    """A request, its answer as far as it came, and what is wrong about that."""

    account_id: str
    what: str
    outcome: Outcome = Outcome.NOT_BEGUN
    begun_s: float = 0.0
    ended_s: float = 0.0
    """Both by this machine's monotonic clock."""
    request_id: str | None = None
    status: int = 0
    code: str = ""
    charged_credits: int = 0
    cache: str = ""
    etag: str = ""
    faults: list[str] = field(default_factory=list)
    within_s: float = ANSWER_WITHIN_S
    """What takes longer is at fault."""

    @property
    def took_s(self) -> float:
        """How long it took."""
        return self.ended_s - self.begun_s


async def exchange(
    asked: Exchange,
    port: int,
    method: str,
    target: str,
    headers: Mapping[str, str],
    hang_up: HangUp | None = None,
) -> Exchange:
    """Ask on a connection of its own and note what comes."""
    asked.begun_s = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return asked
    asked.outcome = Outcome.INTERRUPTED
    lines = [f"{method} {target} HTTP/1.1", f"Host: {LOOPBACK}:{port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    patience_s = GIVE_UP_AFTER_S
    if hang_up and hang_up.after_s is not None:
        patience_s = hang_up.after_s
    try:
        async with asyncio.timeout(patience_s):
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            await writer.drain()
            await read_answer(asked, reader, method, hang_up)
    except TimeoutError:
        if hang_up is None:
            asked.faults.append(f"no answer within {GIVE_UP_AFTER_S:.0f} s")
    except (OSError, asyncio.IncompleteReadError):
        pass  # the edge died
    finally:
        writer.transport.abort()
    asked.ended_s = time.monotonic()
    if asked.took_s > asked.within_s and asked.outcome is not Outcome.INTERRUPTED:
        asked.faults.append(f"answered after {asked.took_s:.1f} s")
    return asked


async def read_answer(
    asked: Exchange, reader: asyncio.StreamReader, method: str, hang_up: HangUp | None = None
) -> Mapping[str, str]:
    """Read an answer about a card and note what it says; give its headers by lower-case names.

    Raises OSError and IncompleteReadError where the connection breaks.
    """
    status_line, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    fields = [line.decode().split(": ", 1) for line in lines]
    headers = {name.lower(): value for name, value in fields}
    asked.status = int(status_line.split()[1])
    asked.request_id = headers.get("x-request-id")
    asked.cache = headers.get("x-cache", "")
    length = int(headers.get("content-length", 0))
    if hang_up and hang_up.after_bytes is not None:
        await reader.readexactly(min(hang_up.after_bytes, max(0, length - 1)))
        return headers
    empty = method == "HEAD" or asked.status == 304
    body = await reader.readexactly(0 if empty else length)
    if asked.request_id is None:
        asked.faults.append("no request id")
    if method == "DELETE" and asked.status == HTTPStatus.NO_CONTENT:
        asked.outcome = Outcome.COMPLETE
    elif asked.status in {200, 304}:
        _note_card(asked, headers, None if empty else body)
    else:
        _note_error(asked, headers, body, method)
    return headers


def _note_card(asked: Exchange, headers: Mapping[str, str], body: bytes | None) -> None:
    asked.outcome = Outcome.COMPLETE
    asked.etag = headers.get("etag", "")
    charged = headers.get("x-credits-charged", "")
    if charged.isdigit():
        asked.charged_credits = int(charged)
    else:
        asked.faults.append("does not say what it cost")
    if body is not None:
        if asked.etag != f'"{hashlib.sha256(body).hexdigest()}"':
            asked.faults.append("the bytes are not those of the ETag")
        prices = {"HIT": {1}, "MISS": {1, 10}}.get(asked.cache, set())
        if asked.charged_credits not in prices:
            asked.faults.append(f"{asked.charged_credits} credits for a {asked.cache}")


def _note_error(asked: Exchange, headers: Mapping[str, str], body: bytes, method: str) -> None:
    asked.outcome = Outcome.FAILED if asked.status == 500 else Outcome.REFUSED
    if method == "HEAD":
        return
    try:
        asked.code = json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        asked.faults.append(f"a bare {asked.status}: {body[:80]!r}")
        return
    if (asked.status, asked.code) not in DOCUMENTED:
        asked.faults.append(f"undocumented: {asked.status} {asked.code}")
    if headers.get("cache-control") != "no-store":
        asked.faults.append("an error that may be cached")
    wait = headers.get("retry-after", "")
    if asked.status in {429, 500} and not (wait.isdigit() and 1 <= int(wait) <= RETRY_AFTER_MAX_S):
        asked.faults.append(f"{asked.status} {asked.code} with Retry-After {wait!r}")
