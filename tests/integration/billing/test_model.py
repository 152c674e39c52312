"""The ledger beside a plain model, through two replicas in turns, by whatever comes to mind.

A failure prints the shortest way to it. OG_TEST_SEED repeats a run, OG_MODEL_EXAMPLES makes it
longer than CI can wait for.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.billing.model_machine import LedgerMachine
from tests.integration.billing.model_plans_machine import PlansMachine
from tests.integration.billing.model_world import world_of
from tests.support.seeds import rng
from tests.support.stores import FreshDatabase
from tests.support.waiting import wait_until

__all__ = ["rng"]

EXAMPLES = int(os.environ.get("OG_MODEL_EXAMPLES", "10"))
STEPS = 40


@pytest.mark.timeout(max(600, 20 * EXAMPLES))  # a failure takes its time to become short
@pytest.mark.parametrize("kind", [LedgerMachine, PlansMachine])
def test_the_ledger_is_as_the_model_says(
    kind: type[LedgerMachine],
    fresh_database: FreshDatabase,
    admin_of: Callable[[str], str],
    rng: random.Random,
) -> None:
    with world_of(fresh_database, admin_of) as world:
        machine = type("Machine", (kind,), {"world": world})
        run_state_machine_as_test(
            hypothesis.seed(rng.getrandbits(64))(machine),
            settings=hypothesis.settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(hypothesis.HealthCheck),
            ),
        )
        wait_until(world.is_swept)
        audited = world.process.command("audit")
        assert audited.returncode == 0, audited.stdout
