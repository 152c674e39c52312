"""Who tells auth what a page showed, and who only asks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
import pytest

from og_edge.authorization import Authorization, Decision, Inquiry, RateLimit, Verification
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.judging import Evidence
from og_edge.verdicts import Finding, Verdict, Verdicts
from og_service.status import RemoteError

CROWD = 50
NEEDED_S = 1.0
TOO_LATE = RemoteError(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "", {}, None)
LIMIT = RateLimit(60, 59, 0)


class Auth:
    """Remembers that a page was good once it was told so, unless it forgets at once.

    Whoever gives it less than NEEDED_S to be told comes too late, once `may_answer`.
    """

    def __init__(self, *, forgets: bool = False) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._forgets = forgets

    async def authorize_all(self, inquiries: Sequence[Inquiry]) -> Sequence[Authorization]:
        self.asked += [inquiry.client_address for inquiry in inquiries]
        known = Verification.UNKNOWN if self._forgets else Verification.VERIFIED
        return [Authorization(Decision.ALLOWED, LIMIT, None, known) for _ in inquiries]

    async def complete_verification(
        self, finding: Finding, client_address: str, timeout_s: float
    ) -> Authorization:
        del finding
        await self.may_answer.wait()
        await asyncio.sleep(0)
        if timeout_s < NEEDED_S:
            raise TOO_LATE
        self.told.append(client_address)
        return Authorization(Decision.ALLOWED, LIMIT, None, Verification.VERIFIED)


def a_finding(evidence: Evidence = Evidence.TAG_FOUND, page_url: str = "https://a/") -> Finding:
    return Finding("site_1", page_url, b"1" * 32, evidence, page_url, "", b"", card_exists=False)


async def told_and_asked(auth: Auth, findings: Sequence[Finding]) -> tuple[int, int]:
    """Have each of a crowd with a finding decided about; tell who told it and who asked."""
    verdicts = Verdicts(auth)
    addresses = [f"192.0.2.{number}" for number in range(len(findings))]
    found = await asyncio.gather(
        *(
            verdicts.of(finding, address, Deadline.after(30))
            for finding, address in zip(findings, addresses, strict=True)
        )
    )
    assert {verdict.authorization.verification for verdict in found} == {Verification.VERIFIED}
    assert [verdict.has_told for verdict in found].count(True) == len(auth.told)
    assert set(auth.told + auth.asked) == set(addresses)  # each is counted, by its own address
    return len(auth.told), len(auth.asked)


async def test_of_a_crowd_that_saw_the_same_one_tells_it_and_the_others_ask() -> None:
    assert await told_and_asked(Auth(), [a_finding()] * CROWD) == (1, CROWD - 1)


async def test_what_was_seen_of_other_pages_is_told_apart() -> None:
    pages = [a_finding(page_url=f"https://a/{number}") for number in range(3)]
    assert await told_and_asked(Auth(), pages * 2) == (3, 3)


@pytest.mark.parametrize(
    ("auth", "evidence"),
    [
        (Auth(), Evidence.PAGE_UNREACHABLE),
        (Auth(forgets=True), Evidence.TAG_FOUND),
    ],
)
async def test_where_nothing_is_remembered_each_tells_it(auth: Auth, evidence: Evidence) -> None:
    told, _ = await told_and_asked(auth, [a_finding(evidence)] * CROWD)
    assert told == CROWD


async def test_whoever_had_too_little_time_to_tell_it_fails_no_others() -> None:
    auth = Auth()
    auth.may_answer.clear()
    verdicts = Verdicts(auth)

    def ask(address: str, seconds: float) -> asyncio.Task[Verdict]:
        return asyncio.create_task(verdicts.of(a_finding(), address, Deadline.after(seconds)))

    hasty = ask("192.0.2.1", NEEDED_S * 0.9)
    await asyncio.sleep(0)
    others = [ask(f"198.51.100.{number}", 30) for number in range(3)]
    await asyncio.sleep(0)
    auth.may_answer.set()
    with pytest.raises(OutOfTimeError):
        await hasty
    found = await asyncio.gather(*others)
    assert [verdict.has_told for verdict in found] == [True, False, False]
    assert (len(auth.told), len(auth.asked)) == (1, 2)
