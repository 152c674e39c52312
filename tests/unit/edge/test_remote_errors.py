from __future__ import annotations

import grpc
import pytest

from og_edge.remote_errors import public_error
from og_service.status import RemoteError


def _remote(
    reason: str, metadata: dict[str, str] | None = None, retry_after_s: float | None = None
) -> RemoteError:
    return RemoteError(
        grpc.StatusCode.FAILED_PRECONDITION, reason, "what to do", metadata or {}, retry_after_s
    )


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [
        ("URL_NOT_ALLOWED", 400, "url_not_allowed"),
        ("PAGE_UNREACHABLE", 400, "page_unreachable"),
        ("PAGE_NOT_HTML", 400, "page_not_html"),
    ],
)
def test_what_a_client_can_mend_keeps_its_text(reason: str, status: int, code: str) -> None:
    error = public_error(_remote(reason))
    assert error is not None
    assert (error.status, error.code, error.message) == (status, code, "what to do")


def test_too_few_credits_are_told_as_the_reference_shows() -> None:
    error = public_error(_remote("INSUFFICIENT_CREDITS", {"balance_credits": "7"}))
    assert error is not None
    assert (error.status, error.code) == (402, "insufficient_credits")
    assert (
        error.message
        == "You have 7 credits remaining. Upgrade your plan or purchase a credit pack."
    )


@pytest.mark.parametrize(
    "reason",
    ["EXTRACT_QUEUE_FULL", "RENDER_QUEUE_FULL", "LEDGER_QUEUE_FULL", "RESOURCE_EXHAUSTED"],
)
def test_a_full_queue_asks_to_come_back(reason: str) -> None:
    error = public_error(_remote(reason, retry_after_s=3.2))
    assert error is not None
    assert (error.status, error.code, error.retry_after_s) == (500, "overloaded", 3)


@pytest.mark.parametrize("reason", ["INTERNAL", "UNAVAILABLE", "INVALID_REQUEST", "UNKNOWN_FIELD"])
def test_our_own_mistakes_are_nobody_elses_business(reason: str) -> None:
    assert public_error(_remote(reason)) is None


def test_a_page_that_may_be_had_later_says_when() -> None:
    error = public_error(_remote("PAGE_UNREACHABLE", retry_after_s=12.5))
    assert error is not None
    assert error.retry_after_s == 13
