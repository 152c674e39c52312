"""Asking the API whether a page's card is there, which makes the card where it is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import httpx

ANSWER_TIMEOUT_S: Final = 15.0
"""Twice what the API allows itself."""
CARD_PATH: Final = "/api/og"

OF_THE_JOB: Final = frozenset(
    {
        "ai_not_configured",
        "daily_cards_reached",
        "insufficient_credits",
        "insufficient_scope",
        "invalid_api_key",
        "invalid_parameter",
        "invalid_site",
        "malformed_request",
        "missing_credentials",
        "plan_required",
        "spending_limit_reached",
        "suspended",
        "unknown_path",
        "unknown_template",
    }
)
"""Errors (docs/errors.md) that every further page would get as well."""
OF_THE_SERVICE: Final = frozenset({"internal_error", "overloaded"})
OF_THE_MOMENT: Final = frozenset({"rate_limit_exceeded"})
NO_ANSWER: Final = "no_answer"


class Verdict(Enum):
    """What an answer means for what to do next."""

    CARD = auto()
    NO_CARD = auto()
    """Of this page; others may have theirs."""
    LATER = auto()
    """The rate limit: ask again after a while."""
    TROUBLE = auto()
    """The service failed, or could not be reached: ask again, some times."""
    STOP = auto()
    """Nobody else would get one either."""


@dataclass(frozen=True)
class Answer:
    """What the API said of a page's card."""

    verdict: Verdict
    charged_credits: int = 0
    made: bool = False
    """It made the card; else there was one, or somebody else's request made it."""
    code: str = ""
    message: str = ""
    retry_after_s: float | None = None
    headers: Mapping[str, str] | None = None
    was_sent: bool = True
    """The request may have reached the API, so it may be charged without an answer."""


class CardApi:
    """GET and HEAD /api/og of one system with one query but for the page."""

    def __init__(self, client: httpx.AsyncClient, query: Mapping[str, str]) -> None:
        """Take a client whose base URL is the system's and carries the key, if any."""
        self._client = client
        self._query = dict(query)

    async def ask(self, url: str) -> Answer:
        """Have the card of a page made unless it is there; free where it is.

        HEAD costs nothing for a card that exists, and transfers no picture. It has no body, so what
        was wrong is asked for by a GET, which costs nothing for such a card either.
        """
        try:
            answer = await self._request("HEAD", url, {})
            if httpx.codes.is_client_error(answer.status_code):
                answer = await self._request("GET", url, {"If-None-Match": "*"})
        except httpx.HTTPError as error:
            text = f"no answer came: {error or type(error).__name__}"
            was_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            return Answer(Verdict.TROUBLE, code=NO_ANSWER, message=text, was_sent=was_sent)
        return _read(answer)

    async def _request(self, method: str, url: str, headers: Mapping[str, str]) -> httpx.Response:
        return await self._client.request(
            method,
            CARD_PATH,
            params={**self._query, "url": url},
            headers=headers,
            timeout=ANSWER_TIMEOUT_S,
        )


def _read(answer: httpx.Response) -> Answer:
    if answer.is_success or answer.status_code == httpx.codes.NOT_MODIFIED:
        return _read_card(answer)
    code, message = _error(answer)
    return Answer(
        _verdict(code, answer.status_code),
        code=code,
        message=message,
        retry_after_s=_seconds(answer.headers.get("retry-after")),
        headers=answer.headers,
    )


def _read_card(answer: httpx.Response) -> Answer:
    headers = answer.headers
    if code := headers.get("x-fallback"):
        return Answer(
            _verdict(code),
            code=code,
            message="the site's fallback was sent instead; docs/errors.md says what to change",
            headers=headers,
        )
    charged = headers.get("x-credits-charged", "")
    if not charged.isdecimal() or "x-cache" not in headers:
        return Answer(
            Verdict.STOP,
            code="not_instant_og",
            message="what answers is no API of Instant OG: check --api",
        )
    made = headers["x-cache"] == "MISS"
    return Answer(Verdict.CARD, int(charged), made, headers=headers)


def _verdict(code: str, status: int = httpx.codes.OK) -> Verdict:
    """Judge an error; its status tells where its code is that of somebody in between."""
    if code in OF_THE_JOB:
        return Verdict.STOP
    if code in OF_THE_MOMENT or status == httpx.codes.TOO_MANY_REQUESTS:
        return Verdict.LATER
    if code in OF_THE_SERVICE or httpx.codes.is_server_error(status):
        return Verdict.TROUBLE
    return Verdict.NO_CARD


def _error(answer: httpx.Response) -> tuple[str, str]:
    """Read an error's code and message; an answer to HEAD, or of somebody in between, has none."""
    try:
        error = json.loads(answer.content)["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, LookupError, TypeError):
        return f"http_{answer.status_code}", f"the answer was {answer.status_code}"


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdecimal() else None
