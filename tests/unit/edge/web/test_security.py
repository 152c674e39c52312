"""What keeps sessions and forms safe in a browser."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response

from og_edge.web.security import (
    Cookies,
    PagePolicy,
    csrf_token,
    is_csrf_token,
    is_own_origin,
    is_part_of_another_site,
    new_form_secret,
    safe_return_path,
)

BASE_URL = "https://instantog.com"


def _set_cookie(cookies: Cookies, token: str) -> str:
    response = Response()
    cookies.set_session(response, token)
    return response.headers["set-cookie"]


def test_a_session_is_kept_from_scripts_other_sites_and_plain_http() -> None:
    cookie = _set_cookie(Cookies(BASE_URL), "secret")
    name, *attributes = cookie.split("; ")
    assert name == "__Host-og_session=secret"
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(attributes)
    assert not [each for each in attributes if each.lower().startswith("domain")]


def test_a_new_key_is_kept_for_its_own_page_and_a_minute() -> None:
    cookies, response = Cookies(BASE_URL), Response()
    cookies.set_new_key(response, "key_1", "og_live_a")
    pair, *attributes = response.headers["set-cookie"].split("; ")
    assert pair == "__Host-og_new_key=key_1.og_live_a"
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=60"} <= set(attributes)
    request = Request({"type": "http", "headers": [(b"cookie", pair.encode())]})
    assert cookies.new_key(request, "key_1") == "og_live_a"
    assert not cookies.new_key(request, "key_2")
    shown = Response()
    cookies.set_new_key(shown, "key_1", "")
    assert "og_live" not in shown.headers["set-cookie"]
    assert "Max-Age=0" in shown.headers["set-cookie"]


def test_what_a_page_is_to_say_is_ours_to_set_and_said_once() -> None:
    cookies, response = Cookies(BASE_URL), Response()
    cookies.set_notice(response, "Saved; as “ä” " + "x" * 2_000)
    pair, *attributes = response.headers["set-cookie"].split("; ")
    assert pair.startswith("__Host-og_notice=Saved%3B")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=60"} <= set(attributes)
    request = Request({"type": "http", "headers": [(b"cookie", pair.encode())]})
    assert cookies.notice(request).startswith("Saved; as “ä” xxx")
    assert len(cookies.notice(request)) == 1_000
    planted = [(b"cookie", b"og_notice=Call%20this%20number")]
    assert not cookies.notice(Request({"type": "http", "headers": planted}))


def test_signing_out_takes_the_cookie_back() -> None:
    assert "Max-Age=0" in _set_cookie(Cookies(BASE_URL), "")


def test_in_development_the_cookie_works_without_tls() -> None:
    cookies = Cookies("http://127.0.0.1:8000")
    assert cookies.session_name == "og_session"
    assert "Secure" not in _set_cookie(cookies, "secret")


def test_a_token_is_good_for_its_secret_only() -> None:
    mine, yours = new_form_secret(), new_form_secret()
    assert is_csrf_token(csrf_token(mine), mine)
    assert not is_csrf_token(csrf_token(yours), mine)
    assert not is_csrf_token("", mine)
    assert not is_csrf_token("ä", mine)
    assert not is_csrf_token(csrf_token(""), "")


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"origin": "https://instantog.com"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://instantog.com.evil.example"}, False),
        ({"origin": "http://instantog.com"}, False),
        ({"origin": "http://instantog.com", "host": "instantog.com"}, False),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, True),
        ({"origin": "http://evil.example", "host": "localhost:8000"}, False),
        ({}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
    ],
)
def test_forms_come_from_our_own_pages(headers: dict[str, str], *, is_own: bool) -> None:
    assert is_own_origin(headers, BASE_URL) is is_own


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "",
        "/a\r\nSet-Cookie: b",
    ],
)
def test_signing_in_leads_nowhere_else(path: str) -> None:
    assert safe_return_path(path, "/dashboard") == "/dashboard"


def test_signing_in_leads_back() -> None:
    assert safe_return_path("/dashboard/sites?x=1", "/dashboard") == "/dashboard/sites?x=1"


def test_a_page_may_only_reach_its_own_host() -> None:
    policy = PagePolicy().headers(is_private=True)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "https:" not in policy
    assert "unsafe" not in policy
    wider = PagePolicy(("https://pay.example",)).headers(is_private=True)
    assert "form-action 'self' https://pay.example;" in wider["Content-Security-Policy"]


def test_cookies_too_long_for_any_of_ours_are_cut() -> None:
    headers = [(b"cookie", b"__Host-og_session=" + b"x" * 5_000)]
    request = Request({"type": "http", "headers": headers})
    assert len(Cookies(BASE_URL).session_token(request)) == 256


@pytest.mark.parametrize(
    ("site", "dest", "is_part"),
    [
        ("cross-site", "image", True),
        ("same-site", "iframe", True),
        ("cross-site", "empty", True),
        ("cross-site", "document", False),
        ("same-origin", "empty", False),
        ("none", "document", False),
    ],
)
def test_who_follows_a_link_comes_and_a_picture_elsewhere_does_not(
    *, site: str, dest: str, is_part: bool
) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-dest": dest}
    assert is_part_of_another_site(headers) is is_part


def test_who_does_not_tell_comes() -> None:
    assert not is_part_of_another_site({})
