from __future__ import annotations

import grpc
import pytest

from og.extract.v1 import extract_pb2 as pb
from og_service.status import from_rpc_error

from .conftest import Client
from .web import PNG, Web, respond, respond_forever

CHALLENGE = """<!doctype html><title>Just a moment...</title>
<meta name="robots" content="noindex"><script>window._cf_chl_opt = {}</script>"""
LOGIN = "<title>Log in | Meadow</title><form><input name=u><input type=password></form>"
NOT_FOUND = "<title>Page not found | Meadow</title><h1>Page not found</h1>"
SHELL = '<title>React App</title><div id="root"></div><script src="/app.js"></script>'
KINDS = {"challenge": CHALLENGE, "login": LOGIN, "not_found": NOT_FOUND, "empty_shell": SHELL}


async def refusal(client: Client, url: str) -> tuple[str, str, str]:
    """Give the reason, the kind and the text of the error that a page must end in."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.page(url)
    error = from_rpc_error(caught.value)
    return error.reason, error.metadata.get("kind", ""), error.message


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_no_page_says_what_it_is_and_what_to_change(
    client: Client, web: Web, kind: str
) -> None:
    url = web.page(f"/{kind}", KINDS[kind])
    reason, told, text = await refusal(client, url)
    assert (reason, told) == ("PAGE_WITHOUT_CONTENT", kind)
    assert "&title=" in text
    explained = await client.explain(url)
    assert pb.PageKind.Name(explained.kind) == f"PAGE_KIND_{kind.upper()}"
    assert explained.kind_reason


async def test_a_redirect_to_where_people_sign_in_is_a_wall(client: Client, web: Web) -> None:
    login = web.page("/users/sign_in", "<title>Meadow</title><form><input type=password></form>")
    assert (await refusal(client, web.redirect("/secret", "/users/sign_in")))[1] == "login"
    assert (await client.page(login)).final_url == login


@pytest.mark.parametrize("status", [403, 405, 429, 503])
async def test_a_challenge_with_a_status_of_its_own_is_told_from_a_refusal(
    client: Client, web: Web, status: int
) -> None:
    challenge = web.on("/guarded", respond(status, CHALLENGE))
    assert (await refusal(client, challenge))[:2] == ("PAGE_WITHOUT_CONTENT", "challenge")
    assert (await client.explain(challenge)).kind == pb.PAGE_KIND_CHALLENGE
    unreachable = ("PAGE_UNREACHABLE", "", f"The page answered with status {status}.")
    for body in ("<title>403 Forbidden</title><h1>Forbidden</h1>", NOT_FOUND, SHELL, ""):
        assert await refusal(client, web.on("/refused", respond(status, body))) == unreachable
    picture = web.on("/picture", respond(status, PNG, content_type="image/png"))
    assert await refusal(client, picture) == unreachable


async def test_other_statuses_are_what_they_say(client: Client, web: Web) -> None:
    url = web.on("/gone", respond(404, CHALLENGE))
    assert (await refusal(client, url))[2] == "The page answered with status 404."


@pytest.mark.parametrize("start", [b"", CHALLENGE.encode()], ids=["silent", "trickling"])
async def test_a_refusal_that_does_not_end_is_not_waited_for(
    client: Client, web: Web, start: bytes
) -> None:
    answer = respond_forever(b" ", 0.05, start=start, status=403)
    reason, kind, _ = await refusal(client, web.on("/trickle", answer))
    assert (reason, kind) == (
        ("PAGE_WITHOUT_CONTENT", "challenge") if start else ("PAGE_UNREACHABLE", "")
    )


async def test_of_a_long_refusal_the_beginning_is_read(client: Client, web: Web) -> None:
    padding = "<!--" + "x" * 200_000 + "-->"
    early = web.on("/early", respond(403, CHALLENGE + padding))
    assert (await refusal(client, early))[1] == "challenge"
    late = web.on("/late", respond(403, padding + CHALLENGE))
    assert (await refusal(client, late))[0] == "PAGE_UNREACHABLE"
