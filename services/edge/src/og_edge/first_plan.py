"""The plan that an account begins with, whose credits nobody has to ask for."""

from __future__ import annotations

from typing import Final, Protocol

import structlog

from og_edge.identities import Owner
from og_service.status import RemoteError

log = structlog.get_logger()

FIRST_PLAN: Final = "free"


class Plans(Protocol):
    """Puts accounts on plans."""

    async def begin_plan(self, account_id: str, plan_id: str) -> None:
        """Put an account on a plan, whose credits it then gets; again changes nothing."""


async def begin_first_plan(plans: Plans, owner: Owner) -> bool:
    """Put an account on its first plan where it may be, and tell whether it is on it.

    Whoever is on another plan by what auth knows was given it by an operator, with what credits
    they wanted, or paid for it; that may be over already, of which billing decides.
    """
    if owner.needs_email_verification or owner.plan_id != FIRST_PLAN:
        return False
    try:
        await plans.begin_plan(owner.account_id, FIRST_PLAN)
    except (RemoteError, TimeoutError) as failure:
        log.warning("credits come later", account_id=owner.account_id, cause=repr(failure))
        return False
    return True
