from __future__ import annotations

import json
from typing import Any, cast

from starlette.requests import Request

from og_edge.deletion_endpoint import DeletionEndpoint
from og_edge.endpoint import CardEndpoint
from og_edge.owners import Owners
from og_edge.under_way import MAX_REQUESTS_UNDER_WAY, UnderWay
from og_edge.verification_endpoint import VerificationEndpoint

NOBODY = cast("Any", None)  # nobody is asked
NOWHERE = frozenset[str]()
SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}


async def test_what_is_too_much_is_refused_whatever_it_is_for() -> None:
    under_way = UnderWay()
    owners = Owners(NOBODY, under_way, 0)
    cards = CardEndpoint(NOBODY, NOBODY, under_way, *[NOBODY] * 4)
    deletion = DeletionEndpoint(NOWHERE, owners, NOBODY, NOBODY)
    verification = VerificationEndpoint(NOWHERE, owners, NOBODY, NOBODY)
    for _ in range(MAX_REQUESTS_UNDER_WAY):
        under_way.enter()
    for answer in (
        await cards.respond(SCOPE),
        await deletion.respond(SCOPE),
        await verification.respond(Request(SCOPE)),
    ):
        assert json.loads(bytes(answer.body))["error"]["code"] == "overloaded"
        assert (answer.status_code, answer.headers["retry-after"]) == (500, "1")
