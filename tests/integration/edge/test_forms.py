"""Forms over a real connection: what is read of them, and which are refused. Auth is away."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from og_edge.body_watch import MAX_BODY_BYTES
from og_edge.web.forms import MAX_FORM_BYTES
from tests.support.raw_http import RawResponse, RawServer

HOST = b"Host: instantog.com\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SIGN_UP = b"POST /signup HTTP/1.1\r\n" + HOST + FORM


def _form(fields: dict[str, str], *headers: bytes) -> bytes:
    body = urlencode(fields).encode()
    lines = b"".join(each + b"\r\n" for each in headers)
    return SIGN_UP + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def _visit(edge: RawServer) -> tuple[RawResponse, bytes, str]:
    """Open the form; give the page, the visitor's cookie and the form's token."""
    page = await edge.ask(b"GET /signup HTTP/1.1\r\n" + HOST + b"\r\n")
    assert page.status == 200
    cookie = page.headers["set-cookie"].split(";")[0].encode()
    token = re.search(rb'name="csrf_token" value="([0-9a-f]{64})"', page.body)
    assert token
    return page, cookie, token[1].decode()


async def test_a_form_without_its_token_is_refused(edge: RawServer) -> None:
    _, cookie, token = await _visit(edge)
    for request in (
        _form({"email": "ada@example.com"}),
        _form({"email": "ada@example.com"}, b"Cookie: " + cookie),
        _form({"email": "ada@example.com", "csrf_token": token}),
        _form({"csrf_token": token}, b"Cookie: " + cookie, b"Origin: https://evil.example"),
    ):
        response = await edge.ask(request)
        assert response.status == 403
        assert b"form has expired" in response.body


async def test_what_fails_behind_us_is_said_without_detail(edge: RawServer) -> None:
    _, cookie, token = await _visit(edge)
    request = _form({"email": "ada@example.com", "csrf_token": token}, b"Cookie: " + cookie)
    response = await edge.ask(request)
    assert response.status == 503
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"].encode() in response.body
    assert b"127.0.0.1:" not in response.body


async def test_several_forms_may_come_over_one_connection(edge: RawServer) -> None:
    async with edge.connection() as connection:
        for _ in range(3):
            await connection.send(_form({"email": "x" * 10_000}))
            assert (await connection.receive()).status == 403


async def test_a_form_that_is_announced_as_too_long_is_not_read(edge: RawServer) -> None:
    for size in (MAX_FORM_BYTES + 1, MAX_BODY_BYTES + 1, 10**18):
        response = await edge.ask(SIGN_UP + b"Content-Length: %d\r\n\r\n" % size)
        assert response.status == 413


async def test_a_form_that_never_ends_is_cut(edge: RawServer) -> None:
    async with edge.connection() as connection:
        await connection.send(SIGN_UP + b"Transfer-Encoding: chunked\r\n\r\n")
        part = b"%x\r\n" % 65_536 + b"x" * 65_536 + b"\r\n"
        for _ in range(MAX_BODY_BYTES // 65_536 + 2):
            await connection.send(part)
        # What came first may have been answered already; then the connection is over.
        await connection.closed()


async def test_who_does_not_send_what_was_announced_is_let_go(impatient_edge: RawServer) -> None:
    async with impatient_edge.connection() as connection:
        await connection.send(SIGN_UP + b"Content-Length: 100\r\n\r\nemail=")
        await connection.closed()


async def test_browsers_get_pages_and_programs_get_json_where_nothing_is(edge: RawServer) -> None:
    nothing = b"GET /nothing HTTP/1.1\r\n" + HOST
    page = await edge.ask(nothing + b"Accept: text/html,*/*\r\n\r\n")
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (await edge.ask(nothing + b"\r\n")).error["code"] == "not_found"


async def test_pages_for_who_is_signed_in_send_others_to_sign_in_and_back(edge: RawServer) -> None:
    response = await edge.ask(b"POST /dashboard/verification HTTP/1.1\r\n" + HOST + b"\r\n")
    assert (response.status, response.headers["location"]) == (303, "/login")


async def test_files_of_pages_are_kept_for_ever_by_their_version(edge: RawServer) -> None:
    page, _, _ = await _visit(edge)
    urls = re.findall(rb'"(/static/[^"]+\?v=[0-9a-f]+)"', page.body)
    assert len(urls) >= 3
    for url in urls:
        file = await edge.ask(b"GET " + url + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        assert file.status == 200
        assert "immutable" in file.headers["cache-control"]
        stale = await edge.ask(b"GET " + url + b"0 HTTP/1.1\r\n" + HOST + b"\r\n")
        assert stale.headers["cache-control"] == "no-cache"
