"""What must not come out."""

from __future__ import annotations

from og_stack.stack import Stack
from og_stack.state import PrivateJson
from tests.e2e.api import Api, check_card, check_error
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.raw_http import RawServer
from tests.support.waiting import eventually


async def test_no_key_and_no_token_is_logged(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url, key = site.put_page("A page"), customer.api_key
    check_card(await api.ask(url, customer))
    check_error(await api.ask(url, customer, mode="ai"), 500, "ai_not_configured")
    for wrong in (key[:-1], key + "x", key.upper()):
        headers = {"Authorization": f"Bearer {wrong}"}
        check_error(await api.ask(url, headers=headers), 401, "invalid_api_key")
    server = RawServer(stack.config.http_host, stack.config.http_port)
    await server.ask(f"GET / HTTP/1.1\r\nAuthorization: Bearer {key}\r\nbroken\r\n\r\n".encode())
    last = await api.ask(url, customer)

    log = stack.config.directory.parent / "log"
    await eventually(lambda: last.headers["x-request-id"] in log.read_text())
    written = log.read_text()
    for secret in (key, key[:-1], key.upper()):
        assert secret not in written
    for secret in PrivateJson(stack.config.directory / "secrets.json").read().values():
        assert str(secret).startswith("key_") or str(secret) not in written


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
