"""Looking at the whole system: every account that auth, billing or edge knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from og_edge.audit.account import AccountAudit
from og_edge.audit.findings import Finding, Kind
from og_edge.audit.records import LedgerSums
from og_edge.audit.store import Register

Tell = Callable[[int, int], None]


def examine_sums(sums: LedgerSums) -> list[Finding]:
    """Give a finding for each figure of the ledger that should be zero and is not."""
    return [
        Finding(Kind.LEDGER_DOES_NOT_ADD_UP, "", name, str(figure))
        for name, figure in sums.faults.items()
        if figure
    ]


async def examine_all(audit: AccountAudit, tell: Tell) -> AsyncIterator[Finding]:
    """Give what is wrong anywhere; tell how many of how many accounts are done."""
    with Register.opened() as register:
        # Auth last: an account is made there before anybody else hears of it.
        async for ids in audit.ledger.account_ids():
            register.add(ids, known_to_auth=False)
        async for ids in audit.cards.account_ids():
            register.add(ids, known_to_auth=False)
        async for ids in audit.accounts.account_ids():
            register.add(ids, known_to_auth=True)
        count = len(register)
        for done, (account_id, is_known) in enumerate(register, start=1):
            async for finding in audit.examine(account_id, is_known=is_known):
                yield finding
            tell(done, count)
