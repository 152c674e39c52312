"""What keeps sessions and forms safe in a browser: cookies, tokens, origins, headers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Send

SESSION_MAX_AGE_S: Final = 30 * 24 * 3600
"""As long as auth keeps a session at most."""
MAX_COOKIE_CHARS: Final = 256
FORM_COOKIE_BYTES: Final = 32
NEW_KEY_AGE_S: Final = 60
"""For the one page that shows a new API key, which the answer to its form leads to."""
NOTICE_AGE_S: Final = 60
MAX_NOTICE_CHARS: Final = 1_000
CSRF_FIELD: Final = "csrf_token"
CSRF_HEADER: Final = "x-csrf-token"
_CSRF_LABEL: Final = b"instant-og csrf"

TLS_ONLY_S: Final = 365 * 24 * 3600
"""For which browsers come by TLS alone once they were here (RFC 6797)."""

STATIC_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Cookies:
    """The cookies that nobody else may set: who is signed in, whose form it is, what to say next.

    They hold secrets, or words that a page says in our name.
    """

    def __init__(self, public_base_url: str) -> None:
        self._secure = public_base_url.startswith("https://")
        # The prefix has browsers refuse one that another host of the domain set (RFC 6265bis).
        prefix = "__Host-" if self._secure else ""
        self.session_name: Final = f"{prefix}og_session"
        self.form_name: Final = f"{prefix}og_form"
        self.new_key_name: Final = f"{prefix}og_new_key"
        self.notice_name: Final = f"{prefix}og_notice"

    def session_token(self, request: Request) -> str:
        """Give the token of who is signed in, or ""."""
        return request.cookies.get(self.session_name, "")[:MAX_COOKIE_CHARS]

    def form_secret(self, request: Request) -> str:
        """Give the secret of a visitor's forms, or ""."""
        return request.cookies.get(self.form_name, "")[:MAX_COOKIE_CHARS]

    def new_key(self, request: Request, api_key_id: str) -> str:
        """Give the secret of an API key that was just made, or "" for any other."""
        kept = request.cookies.get(self.new_key_name, "")[:MAX_COOKIE_CHARS]
        of_key, _, secret = kept.partition(".")
        return secret if of_key == api_key_id else ""

    def set_new_key(self, response: Response, api_key_id: str, secret: str) -> None:
        """Hand the secret of a new API key to the page that shows it; empty: it was shown."""
        value = f"{api_key_id}.{secret}" if secret else ""
        age_s = NEW_KEY_AGE_S if secret else 0
        self._set(response, self.new_key_name, value, age_s, "strict")

    def set_session(self, response: Response, token: str) -> None:
        """Sign somebody in; empty: out."""
        self._set(response, self.session_name, token, SESSION_MAX_AGE_S if token else 0)

    def set_form_secret(self, response: Response, secret: str) -> None:
        """Remember whose forms these are, until the browser is closed."""
        self._set(response, self.form_name, secret, None)

    def notice(self, request: Request) -> str:
        """Give what the next page is to say, or ""."""
        return unquote(request.cookies.get(self.notice_name, ""))[:MAX_NOTICE_CHARS]

    def set_notice(self, response: Response, notice: str) -> None:
        """Have the next page say something once; empty: it was said."""
        value = quote(notice[:MAX_NOTICE_CHARS])
        self._set(response, self.notice_name, value, NOTICE_AGE_S if notice else 0)

    def _set(
        self,
        response: Response,
        name: str,
        value: str,
        max_age_s: int | None,
        same_site: Literal["lax", "strict"] = "lax",
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=max_age_s,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite=same_site,
        )


def new_form_secret() -> str:
    """Make the secret of a visitor's forms."""
    return secrets.token_urlsafe(FORM_COOKIE_BYTES)


def csrf_token(secret: str) -> str:
    """Give the token that a form of who holds the cookie carries."""
    return hmac.new(secret.encode(), _CSRF_LABEL, hashlib.sha256).hexdigest()


def is_csrf_token(token: str, secret: str) -> bool:
    """Whether a form comes from a page that we gave to who holds the cookie."""
    return bool(secret) and hmac.compare_digest(token.encode(), csrf_token(secret).encode())


def is_own_origin(headers: Mapping[str, str], public_base_url: str) -> bool:
    """Whether a POST comes from a page of ours, as far as the browser tells.

    Every browser of today sends Origin with a POST (Fetch Standard, section 3.2); where none is
    there, the token must do.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    ours, asked = urlsplit(public_base_url), headers.get("host")
    if origin == f"{ours.scheme}://{ours.netloc}":
        return True
    # Behind no proxy: any other name by which this server was asked. By its public one only as the
    # world comes, or whoever answers plain HTTP in its place could send forms.
    return asked != ours.netloc and origin in {f"http://{asked}", f"https://{asked}"}


def is_part_of_another_site(headers: Mapping[str, str]) -> bool:
    """Whether a page of others has its visitor's browser ask, and nobody comes here.

    Browsers tell by Sec-Fetch-Site and -Dest (Fetch Metadata, section 2); who does not tell comes.
    """
    is_from_elsewhere = headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
    return is_from_elsewhere and headers.get("sec-fetch-dest", "document") != "document"


def insisting_on_tls(send: Send, public_base_url: str) -> Send:
    """Have answers tell browsers to come by TLS only, where that is how the world names us.

    Browsers heed it in what came by TLS, and nowhere else (RFC 6797, section 8.1).
    """
    if not public_base_url.startswith("https://"):
        return send
    header = (b"strict-transport-security", b"max-age=%d" % TLS_ONLY_S)

    async def insist(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], header]
        await send(message)

    return insist


class PagePolicy(NamedTuple):
    """What a page may do besides the usual: where its forms may lead."""

    form_targets: tuple[str, ...] = ()

    def headers(self, *, is_private: bool) -> dict[str, str]:
        """Give the headers of a page; a private one is kept nowhere."""
        form_action = " ".join(("'self'", *self.form_targets))
        return {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
                "img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
                f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
            ),
            "Cache-Control": "no-store" if is_private else "no-cache",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Referrer-Policy": "same-origin",
            "Vary": "Cookie",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }


def safe_return_path(path: str, otherwise: str) -> str:
    """Give a path of ours to go to after signing in; anything else would lead strangers away."""
    is_ours = path.startswith("/") and not path.startswith("//")
    return path if is_ours and path.isprintable() and "\\" not in path else otherwise
