"""Whatever comes in: a clear error or a card, nothing charged for errors, and nobody is harmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio
from starlette.responses import RedirectResponse, Response

from og_stack.ports import LOOPBACK, free_ports
from og_stack.stack import Stack
from tests.e2e.api import BUDGET_S, TEMPLATE, Api, check_card, check_error
from tests.e2e.books import credits_of, wait_for_credits
from tests.support.canary import canary
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.raw_http import RawServer

GOOD = f"template={TEMPLATE}&url=https://example.com/"
SERVICES = ("auth", "extract", "render", "billing", "edge")


@pytest_asyncio.fixture(loop_scope="session")
async def victim(api: Api, stack: Stack, site: LocalSite) -> AsyncIterator[Customer]:
    """A customer who must not pay for what the test does, of a system that must survive it."""
    customer = await create_customer(stack)
    before = await credits_of(stack, customer)
    processes = [stack.process(name).pid for name in SERVICES]
    yield customer
    await wait_for_credits(stack, customer, before)
    check_card(await api.ask(site.put_page("Still here"), customer), "MISS", 10)
    assert [stack.process(name).pid for name in SERVICES] == processes


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "invalid_parameter"),
        (f"template={TEMPLATE}", "invalid_parameter"),
        (f"template={TEMPLATE}&url=", "invalid_parameter"),
        ("url=https://example.com/", "invalid_parameter"),
        (f"{GOOD}&url=https://example.com/", "invalid_parameter"),
        (f"{GOOD}&template={TEMPLATE}", "invalid_parameter"),
        (f"{GOOD}&title=a&title=b", "invalid_parameter"),
        (f"{GOOD}&amp;theme=dark", "invalid_parameter"),
        (f"{GOOD}&theme=blue", "invalid_parameter"),
        (f"{GOOD}&title=%FF%FE", "invalid_parameter"),
        (f"{GOOD}&title=%00", "invalid_parameter"),
        (f"{GOOD}&title={'x' * 3_000}", "invalid_parameter"),
        (GOOD + "".join(f"&p{n}=1" for n in range(100)), "invalid_parameter"),
        (f"{GOOD}&accentColor=red", "invalid_parameter"),
        (f"{GOOD}&accentColor=%23ggg", "invalid_parameter"),
        (f"{GOOD}&accentColor=rgb(1,2,3)", "invalid_parameter"),
        (f"{GOOD}&accentColor=", "invalid_parameter"),
        ("url=https://example.com/&template=none/such", "unknown_template"),
        ("url=https://example.com/&template=..%2F..%2Fetc%2Fpasswd", "unknown_template"),
        (f"template={TEMPLATE}&url=https://example.com/{'a' * 3_000}", "url_not_allowed"),
        (f"template={TEMPLATE}&url=https://example.com/{'a' * 60_000}", "invalid_parameter"),
    ],
    ids=lambda value: value[:60],
)
async def test_a_wrong_parameter(api: Api, victim: Customer, query: str, code: str) -> None:
    check_error(await api.ask_raw(query, victim), 400, code)


@pytest.mark.parametrize(
    "url",
    [
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com\\@evil.example.com/",
        "https:\\\\example.com\\",
        "http:/example.com/",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "data:text/html,<title>x</title>",
        "javascript:alert(1)",
        "https://example.com:22/",
        "https://example.com:99999/",
        "https://exam ple.com/",
        "https://example.com/\r\nX: y",
        "https:///etc/passwd",
        "https://%00/",
        "https://a..b.com/",
        "https://xn--/",
    ],
)
async def test_a_url_that_is_not_of_the_web(api: Api, victim: Customer, url: str) -> None:
    check_error(await api.ask(url, victim), 400, "url_not_allowed")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",  # noqa: RUF001 - full-width digits are the case
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "0",
        "0.0.0.0",  # noqa: S104 - asked for, not bound
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[2001:db8::1]",
        "metadata.google.internal",
        "printer.local",
        "router.lan",
        "intranet",
        ".",
    ],
)
async def test_a_private_host_in_any_spelling(api: Api, victim: Customer, host: str) -> None:
    query = f"template={TEMPLATE}&url=http://{quote(host, safe='[]:%')}/"
    check_error(await api.ask_raw(query, victim), 400, "url_not_allowed")


async def test_what_only_resolving_reveals_is_unreachable(api: Api, victim: Customer) -> None:
    for name in ("127.0.0.1.nip.io", "no-such-name-7c3f.example.com", "\u2603.example.com"):
        check_error(await api.ask(f"http://{name}/", victim), 400, "page_unreachable")


async def test_a_redirect_into_private_space_leads_nowhere_and_tells_nothing(
    api: Api, site: LocalSite, victim: Customer
) -> None:
    messages = set()
    (closed,) = free_ports(1)
    async with canary() as (address, caught):
        for target in (f"http://{address}/", f"//{address}/", f"http://{LOOPBACK}:{closed}/"):
            refresh = f'<meta http-equiv="refresh" content="0;url={target}">'
            for url in (
                site.put(lambda target=target: RedirectResponse(target)),  # type: ignore[misc]
                site.put_bytes(refresh.encode(), "text/html"),
            ):
                response = await api.ask(url, victim)
                messages.add(check_error(response, 400, "page_unreachable"))
        assert caught == []
    assert len(messages) == 1
    assert LOOPBACK not in messages.pop()


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0x7f.1/",
        "http://localhost/",
        "https://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://user:password@example.com/",
    ],
)
async def test_a_redirect_to_what_may_not_be_fetched(
    api: Api, site: LocalSite, victim: Customer, target: str
) -> None:
    url = site.put(lambda: RedirectResponse(target))
    check_error(await api.ask(url, victim), 400, "page_unreachable")


async def test_redirects_in_a_circle(api: Api, site: LocalSite, victim: Customer) -> None:
    there = site.put_page("replaced below")
    here = site.put(lambda: RedirectResponse(there))
    site.put(lambda: RedirectResponse(here), there)
    check_error(await api.ask(here, victim), 400, "page_unreachable")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"PK\x03\x04", "application/zip"),
        (b"{}", "application/json"),
    ],
)
async def test_a_page_that_is_none(
    api: Api, site: LocalSite, victim: Customer, content: bytes, media_type: str
) -> None:
    url = site.put_bytes(content, media_type)
    check_error(await api.ask(url, victim), 400, "page_not_html")


async def test_a_server_that_never_answers(api: Api, site: LocalSite, victim: Customer) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def silence() -> Response:
        asked.set()
        await answer.wait()
        return Response()

    url = site.put(silence)
    async with asyncio.timeout(BUDGET_S):
        check_error(await api.ask(url, victim), 400, "page_unreachable")
    assert asked.is_set()
    answer.set()


@pytest.mark.parametrize(
    "line",
    [
        "GET /api/og?title=日本 HTTP/1.1".encode(),
        b"GET /api/og?title=\xff\xfe HTTP/1.1",
        b"GET /api/og?title=a\x00b HTTP/1.1",
        b"GET /api/og?title=a\x1b[2Jb HTTP/1.1",
        b"GET /api/og?title=a b HTTP/1.1",
        b"GET /api/og?url=https://example.com/" + b"a" * 70_000 + b" HTTP/1.1",
        b"GET /api/og?url=https://example.com/" + b"a" * 200_000 + b" HTTP/1.1",
        b"\x16\x03\x01\x00\xa5\x01",
        b"hello",
    ],
    ids=lambda value: repr(value[:40]),
)
async def test_a_request_line_that_is_no_http(stack: Stack, victim: Customer, line: bytes) -> None:
    headers = f"Host: localhost\r\nAuthorization: {victim.headers['Authorization']}\r\n\r\n"
    server = RawServer(stack.config.http_host, stack.config.http_port)
    response = await server.ask(line + b"\r\n" + headers.encode())
    assert response.status == 400
    assert response.error["code"] == "malformed_request"
    assert response.headers["cache-control"] == "no-store"
    for name in ("limit", "remaining", "reset"):
        assert response.headers[f"x-ratelimit-{name}"].isdigit()
