from __future__ import annotations

import pytest

from og_edge.errors import ApiError, InternalError
from og_edge.failures import from_document, to_document

OUR_FAULT = 500
KINDS = [kind for kind in ApiError.__subclasses__() if kind is not InternalError]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_whatever_is_our_fault_says_when_to_try_again(kind: type[ApiError]) -> None:
    assert bool(kind("It is so.").retry_after_s) == (kind.status == OUR_FAULT)
    assert InternalError().retry_after_s


@pytest.mark.parametrize(
    "failure",
    [*(kind("It is so.", retry_after_s=7) for kind in KINDS), InternalError(logged_under="here")],
    ids=lambda failure: failure.code,
)
def test_a_failure_is_told_elsewhere_as_it_was(failure: ApiError) -> None:
    told = from_document(to_document(failure))
    assert type(told) is type(failure)
    assert vars(told) == vars(failure)


def test_a_failure_that_this_version_does_not_know_is_our_fault() -> None:
    told = from_document({"code": "of_tomorrow", "message": "It is so.", "retry_after_s": None})
    assert isinstance(told, InternalError)
    assert told.retry_after_s
