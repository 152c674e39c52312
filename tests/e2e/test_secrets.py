"""What must not come out."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterator

import grpc
import httpx
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from og_stack.state import PrivateJson
from tests.e2e.api import TEMPLATE, Api, check_card, check_error
from tests.e2e.operators import new_account, og
from tests.support.customers import Customer, operator_token
from tests.support.local_site import LocalSite
from tests.support.raw_http import RawServer
from tests.support.traces import Marker, entries_with, files_with, rows_with
from tests.support.waiting import eventually

PREFIX = "og_live_"
NO_ID = "_0000000000000000"
NAMES = (
    "api_key",
    "key",
    "token",
    "site",
    "mode",
    "size",
    "format",
    "theme",
    "accentColor",
    "refresh",
    "template",
    "url",
)


@pytest.mark.timeout(300)  # some hundred requests and half a dozen processes
async def test_a_key_is_in_the_answer_that_made_it_and_nowhere_else(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    account, url = new_account(stack), site.put_page("A page")
    made = og(stack, "keys", "create", "--account", account, "--name", "marker", "--json")
    key, key_id = (str(json.loads(made.stdout)[name]) for name in ("key", "id"))
    marker = Marker(key, PREFIX)
    assert not marker.is_in(made.stderr)
    customer = Customer(account, key)

    check_card(await api.ask(url, customer))
    answers = [answer async for answer in used_wrongly(api, stack, url, key)]
    assert [text for text in answers if marker.is_in(text)] == []
    assert [text for text in typed_wrongly(stack, account, key) if marker.is_in(text)] == []
    assert [text async for text in called_wrongly(stack, key) if marker.is_in(text)] == []

    rotated = og(stack, "keys", "rotate", "--key", key_id, "--json")
    assert not marker.is_in(rotated.stdout + rotated.stderr)
    next_marker = Marker(str(json.loads(rotated.stdout)["key"]), PREFIX)
    check_error(await api.ask(url, customer), 401, "invalid_api_key")
    check_card(await api.ask(url, Customer(account, next_marker.secret)))
    last = await api.ask("no URL", Customer(account, next_marker.secret))
    check_error(last, 400, "url_not_allowed")

    log = stack.config.directory.parent / "log"
    await eventually(lambda: last.headers["x-request-id"] in log.read_text())
    there = Marker(account, "acct_")
    assert rows_with(there, stack.admin_dsn)
    assert entries_with(there, stack.services.redis_url)
    assert files_with(there, stack.config.directory.parent)
    for each in (marker, next_marker):
        assert rows_with(each, stack.admin_dsn) == []
        assert entries_with(each, stack.services.redis_url) == []
        assert files_with(each, stack.config.directory.parent) == []


async def used_wrongly(api: Api, stack: Stack, url: str, key: str) -> AsyncIterator[str]:
    """Use a key in all the ways that are not the one; give all that is answered."""
    other = "0" if key[20] != "0" else "1"
    for wrong in (key[:-1], key[:24], key[8:], key + "x", key.swapcase(), key * 5, f"{key} {key}"):
        answer = await api.ask(url, headers={"Authorization": f"Bearer {wrong}"})
        check_error(answer, 401, "invalid_api_key")
        yield said(answer)
    changed = await api.ask(url, headers={"Authorization": f"Bearer {key[:20]}{other}{key[21:]}"})
    check_error(changed, 401, "invalid_api_key")
    yield said(changed)
    basic = base64.b64encode(f"{key}:".encode()).decode()
    for headers in (
        {"Authorization": key},
        {"Authorization": f"Token {key}"},
        {"Authorization": f"Basic {basic}"},
        {"X-API-Key": key},
        {"Cookie": f"key={key}"},
    ):
        answer = await api.ask(url, headers=headers)
        assert answer.status_code == 401
        yield said(answer)
    for name in (*NAMES, key):
        query = httpx.QueryParams({"url": url, "template": TEMPLATE} | {name: key})
        yield said(await api.ask_raw(query))
        yield said(await api.ask_raw(query, Customer("", key)))
    for path in (f"/api/og/v1/{key}.png", f"/api/og/{key}", f"/{key}", "/api/verification"):
        yield said(await api.ask_raw(f"key={key}", path=path))
    server = RawServer(stack.config.http_host, stack.config.http_port)
    for head in (
        f"GET / HTTP/1.1\r\nAuthorization: Bearer {key}\r\nbroken\r\n\r\n",
        f"GET /{key} HTTP/9\r\n\r\n",
        f"{key}\r\n\r\n",
    ):
        yield str(await server.ask(head.encode()))


def typed_wrongly(stack: Stack, account: str, key: str) -> Iterator[str]:
    """Type a key where an id or an address belongs, and list what there is."""
    for arguments in (
        ("keys", "list", "--account", account),
        ("keys", "revoke", "--key", key),
        ("accounts", "show", "--email", key),
        ("sites", "create", "--account", account, "--domain", key),
    ):
        done = og(stack, *arguments)
        assert done.returncode == (0 if "list" in arguments else 1), done.stderr
        yield done.stdout + done.stderr


async def called_wrongly(stack: Stack, key: str) -> AsyncIterator[str]:
    """Call auth with a key where an id or an address belongs; give all that it is told."""
    pb = auth_pb2
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        auth = auth_pb2_grpc.AuthServiceStub(channel)
        for call in (
            accounts.GetAccount(pb.GetAccountRequest(account_id=key), timeout=10),
            accounts.CreateAccount(pb.CreateAccountRequest(email=key), timeout=10),
            accounts.CreateAccount(
                pb.CreateAccountRequest(email="a@example.com", plan_id=key), timeout=10
            ),
            accounts.ListAccounts(pb.ListAccountsRequest(page_token=key), timeout=10),
            accounts.CreateApiKey(
                pb.CreateApiKeyRequest(account_id=f"acct{NO_ID}", display_name=key), timeout=10
            ),
            accounts.RevokeApiKey(pb.RevokeApiKeyRequest(api_key_id=key), timeout=10),
            accounts.GetSite(pb.GetSiteRequest(site_id=key), timeout=10),
            accounts.UpdateApiKey(
                pb.UpdateApiKeyRequest(api_key_id=key, update_mask=FieldMask(paths=[key])),
                timeout=10,
            ),
            accounts.SetSuspension(
                pb.SetSuspensionRequest(site_id=key, suspended=True, reason=key), timeout=10
            ),
            auth.Authorize(pb.AuthorizeRequest(api_key=key, client_address=key), timeout=10),
            auth.Authorize(pb.AuthorizeRequest(api_key=key[:-1], client_address="::1")),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await call
            error = failed.value
            yield f"{error.details()} {error.trailing_metadata()} {error.initial_metadata()}"


MAIL_LINE = "mail, written here since SMTP_URL is empty"


@pytest.mark.timeout(300)  # it reads all that a system has on its disk
async def test_what_people_sign_in_with_is_nowhere_but_in_their_mail(
    api: Api, stack: Stack
) -> None:
    pb, email = auth_pb2, f"{secrets.token_hex(8)}@example.com"
    browser = pb.Browser(client_address="192.0.2.77", user_agent="tests")
    first, wrong, second = (secrets.token_urlsafe(24) for _ in range(3))
    log = stack.config.directory.parent / "log"

    def mailed(kind: str) -> list[str]:
        lines = [line for line in log.read_text().splitlines() if email in line]
        return re.findall(rf"token=({kind}[A-Za-z0-9_-]+)", "\n".join(lines))

    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        identity = auth_pb2_grpc.IdentityServiceStub(channel)
        signing_up = pb.SignUpRequest(email=email, password=first, browser=browser)
        session = (await identity.SignUp(signing_up, timeout=20)).session_token
        auth = auth_pb2_grpc.AuthServiceStub(channel)
        asking = pb.AuthorizeRequest(session_token=session, client_address="192.0.2.77")
        allowed = await auth.Authorize(asking, timeout=10)
        assert allowed.decision == pb.DECISION_ALLOWED
        forgetting = pb.RequestPasswordResetRequest(email=email, browser=browser)
        await identity.RequestPasswordReset(forgetting, timeout=10)
        await eventually(lambda: mailed("og_verify_") and mailed("og_reset_"))
        [verifying], [resetting] = mailed("og_verify_"), mailed("og_reset_")
        told = [
            await refused(call)
            for call in (
                identity.SignIn(
                    pb.SignInRequest(email=email, password=wrong, browser=browser), timeout=20
                ),
                identity.SignIn(
                    pb.SignInRequest(email=first, password=session, browser=browser), timeout=20
                ),
                identity.GetSession(pb.GetSessionRequest(session_token=session[:-1]), timeout=10),
                identity.VerifyEmail(pb.VerifyEmailRequest(token=resetting), timeout=10),
                identity.ChangePassword(
                    pb.ChangePasswordRequest(
                        session_token=session,
                        old_password=wrong,
                        new_password=second,
                        browser=browser,
                    ),
                    timeout=20,
                ),
            )
        ]
        pages = [
            await api.ask_raw(f"token={token}", path=path)
            for path, token in (("/verify", verifying), ("/reset", resetting), ("/login", session))
        ]
        told += [f"{page.headers!r}" for page in pages]
        await identity.VerifyEmail(pb.VerifyEmailRequest(token=verifying), timeout=10)
        reset = pb.ResetPasswordRequest(token=resetting, password=second, browser=browser)
        again = (await identity.ResetPassword(reset, timeout=20)).session_token

    kept = [Marker(first, ""), Marker(wrong, ""), Marker(second, "")]
    kept += [Marker(token, "og_session_") for token in (session, again)]
    posted = [Marker(verifying, "og_verify_"), Marker(resetting, "og_reset_")]
    for marker in (*kept, *posted):
        assert not any(marker.is_in(text) for text in told)
        assert rows_with(marker, stack.admin_dsn) == []
        assert entries_with(marker, stack.services.redis_url) == []
        found = files_with(marker, stack.config.directory.parent)
        assert found == ([log] if marker in posted else [])
    for marker in posted:
        lines = [line for line in log.read_text().splitlines() if marker.is_in(line)]
        assert len(lines) == 1
        assert MAIL_LINE in lines[0]


async def refused(call: Awaitable[object]) -> str:
    """Give all that a caller is told who is refused."""
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call
    error = failed.value
    return f"{error.details()} {error.trailing_metadata()} {error.initial_metadata()}"


def said(answer: httpx.Response) -> str:
    """Give all that an answer says."""
    body = answer.text if "json" in answer.headers["content-type"] else ""
    return f"{answer.status_code} {answer.headers!r} {body}"


async def test_no_token_of_ours_is_logged(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    last = await api.ask(site.put_page("A page"), customer, mode="ai")
    check_error(last, 500, "ai_not_configured")
    log = stack.config.directory.parent / "log"
    await eventually(lambda: last.headers["x-request-id"] in log.read_text())
    written = log.read_text()
    for secret in PrivateJson(stack.config.directory / "secrets.json").read().values():
        assert str(secret).startswith(("key_", "acct_")) or str(secret) not in written


async def test_one_request_has_one_name_in_all_services(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    icon = "http://[::1]/icon.png"  # what may not be fetched is worth a line to extract
    response = await api.ask(site.put_page("A page"), customer, favicon=icon)
    check_card(response)
    request_id = response.headers["x-request-id"]
    log = stack.config.directory.parent / "log"

    def services() -> set[str]:
        lines = [line for line in log.read_text().splitlines() if request_id in line]
        return {line.partition("|")[0].strip() for line in lines}

    await eventually(lambda: services() >= {"edge", "extract"})
