"""One visit to a page: who came, what they sent, and how they are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from og_edge.deadline import Deadline
from og_edge.identities import Browser, Owner, Session
from og_edge.web.errors import PageNotFoundError
from og_edge.web.forms import FieldErrors
from og_edge.web.rendering import Renderer
from og_edge.web.security import Cookies, PagePolicy, csrf_token, new_form_secret

SEE_OTHER: Final = 303
THEME_COOKIE: Final = "og_theme"
THEMES: Final = frozenset({"light", "dark"})
MAX_USER_AGENT_CHARS: Final = 200


@dataclass(slots=True)
class Visit:
    """What a page works with.

    `form` holds the fields of a POST, `body` what a MACHINE sent. `policy` may be replaced before
    the page is given. `deadline` is the one budget of all that is called.
    """

    request: Request
    request_id: str
    deadline: Deadline
    browser: Browser
    renderer: Renderer
    cookies: Cookies
    base_url: str
    session: Session | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    policy: PagePolicy = field(default_factory=PagePolicy)
    _form_secret: str = ""
    _new_secret: bool = False

    @property
    def account(self) -> Owner:
        """The account of who is signed in; pages for everybody ask for session first."""
        if self.session is None:
            raise PageNotFoundError
        return self.session.owner

    @property
    def session_token(self) -> str:
        """The secret of who is signed in, for calls that ask for it."""
        return self.cookies.session_token(self.request)

    @property
    def path(self) -> Mapping[str, str]:
        """The parameters of the path."""
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the query, the last of each name."""
        return self.request.query_params

    @property
    def csrf_token(self) -> str:
        """What a form of this visitor carries."""
        if self.session is not None:
            return csrf_token(self.session_token)
        self._form_secret = self._form_secret or self.cookies.form_secret(self.request)
        if not self._form_secret:
            self._form_secret, self._new_secret = new_form_secret(), True
        return csrf_token(self._form_secret)

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """Give a page drawn from a template."""
        theme = self.request.cookies.get(THEME_COOKIE, "")
        context["errors"] = FieldErrors(context.get("errors", {}))
        notice = self.cookies.notice(self.request)
        html = self.renderer.render(
            template,
            {
                "visit": self,
                "session": self.session,
                "account": self.session.owner if self.session else None,
                "current_path": self.request.url.path,
                "base_url": self.base_url,
                "theme": theme if theme in THEMES else "",
                "notice": notice,
                **context,
            },
        )
        headers = self.policy.headers(is_private=self._is_private)
        headers["X-Request-Id"] = self.request_id
        response = Response(html, status, headers, media_type="text/html")
        if self._new_secret:
            self.cookies.set_form_secret(response, self._form_secret)
        if notice:
            self.cookies.set_notice(response, "")
        return response

    @property
    def _is_private(self) -> bool:
        """Whether a page is somebody's own: whose form it holds, or whose link led there."""
        return self.session is not None or bool(self._form_secret)

    def redirect(self, path: str, notice: str = "") -> Response:
        """Send on to a page, which then shows notice once."""
        headers = {"Cache-Control": "no-store", "X-Request-Id": self.request_id}
        response = RedirectResponse(path, SEE_OTHER, headers)
        if notice:
            self.cookies.set_notice(response, notice)
        return response
