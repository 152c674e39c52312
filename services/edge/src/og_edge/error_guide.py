"""What to do about each error of the HTTP API, for the docs and the OpenAPI description.

What raises an error writes its message of the moment; here is what holds whenever it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from og_edge import errors


class Help(NamedTuple):
    """A message as clients see it, and what to do in a sentence or two (Markdown)."""

    example: str
    remedy: str


_GUIDE: Final[dict[type[errors.ApiError], Help]] = {
    errors.MalformedRequestError: Help(
        "This is not a valid HTTP/1.1 request. Send plain HTTP/1.1, neither TLS nor HTTP/2, with a "
        "Host header.",
        "Percent-encode the query, and send no body.",
    ),
    errors.MethodNotAllowedError: Help(
        "Use GET or HEAD, or DELETE to forget a card.",
        "Ask for cards by `GET` or `HEAD`, and forget them by `DELETE`.",
    ),
    errors.InvalidParameterError: Help(
        "theme is light or dark.",
        "Change the parameter that the message names. Encode values: `#` is `%23`, `&` is `%26`.",
    ),
    errors.UnknownTemplateError: Help(
        "No template has this id. Try: generic/standard.",
        "Take an id from the [list of templates](templates.md).",
    ),
    errors.UrlNotAllowedError: Help(
        "url: Use an absolute URL that starts with https:// or http://.",
        "Send the page's public address in full: `https://yoursite.com/post`. Private addresses, "
        "credentials in the URL and other schemes are not read.",
    ),
    errors.PageUnreachableError: Help(
        "The page answered with status 404.",
        "Open the page from outside your network. If it is up, let our user agent through. With a "
        "`title` in the request the card is drawn without the page.",
    ),
    errors.PageNotHtmlError: Help(
        "The URL leads to a PDF, not to an HTML page.",
        "Send the address of the page, not of a picture, a video or a PDF in it.",
    ),
    errors.PageWithoutContentError: Help(
        "What came is a bot challenge, not the page.",
        "Let our user agent through, or send title and `og:` tags in the HTML itself. With a "
        "`title` in the request the card is drawn without the page. "
        "See [blocking](blocking.md).",
    ),
    errors.CardBlockedError: Help(
        "This card is blocked: its owner does not want it drawn. They can lift that in Dashboard → "
        "History.",
        "Lift the block in Dashboard → History, or take the tag off the page.",
    ),
    errors.RefreshRequiresApiKeyError: Help(
        "refresh=true needs an API key: a site id stands in public HTML.",
        "Refresh from your server with an [API key](caching.md); leave `refresh` out of tags.",
    ),
    errors.UnknownPathError: Help(
        "Nothing is served here. Cards are at /api/og.",
        "Ask at `/api/og?template=…`, or at `/api/og/v1/<template>.png`.",
    ),
    errors.MissingCredentialsError: Help(
        "Send an API key (Authorization: Bearer …) or a site id (site=…).",
        "Add `site=…` to a tag, or the header `Authorization: Bearer …` to a request of a server.",
    ),
    errors.InvalidApiKeyError: Help(
        "The API key is wrong, was revoked or has expired. Create one in Dashboard → API Keys.",
        "Create or rotate the key in Dashboard → API Keys, and send all of it.",
    ),
    errors.InsufficientScopeError: Help(
        "The API key is not for this. Use one that has the scope: generate for cards, manage for "
        "what the account has; Dashboard → API Keys shows the scopes of each key.",
        "Use a key with the scope that is asked for: `generate` for cards, `manage` for the rest.",
    ),
    errors.InvalidSessionError: Help(
        "You are not signed in any more. Sign in again.",
        "Sign in again. Programs and tags never get this: only the dashboard has sessions.",
    ),
    errors.SuspendedError: Help(
        "The account, or this API key or site, is suspended. Nothing it has is lost; write to "
        "support to find out why and to have it resumed.",
        "An operator did this for a reason; ask them. Nothing is lost meanwhile.",
    ),
    errors.InvalidSiteError: Help(
        "No site has this id. Copy it from Dashboard → Sites.",
        "Copy the site id from Dashboard → Sites.",
    ),
    errors.SiteDomainMismatchError: Help(
        "The domain of url does not match the site's: it is neither the registered domain, nor its "
        "www twin, nor a host added to the site.",
        "Add the host to the site in Dashboard → Sites, or use the id of the host's own site.",
    ),
    errors.SiteNotVerifiedError: Help(
        "The page has no og:image or twitter:image tag that points to this API with this site id. "
        "Add the tag to the page.",
        "Put the tag into the page's HTML with the very parameters of the request. "
        "[Verification](verification.md) says what counts, and how to look again at once.",
    ),
    errors.InsufficientCreditsError: Help(
        "You have 0 credits remaining. Upgrade your plan or purchase a credit pack.",
        "Choose a larger plan or buy a pack in Dashboard → Billing.",
    ),
    errors.SpendingLimitReachedError: Help(
        "This API key may spend 500 credits a day, and what is left of them does not pay for this "
        "card. The next day starts at 2026-11-27 00:00 UTC; the limit can be changed in Dashboard "
        "→ API Keys.",
        "Wait for the next day (UTC; see `Retry-After`), or raise the limit of the key or site.",
    ),
    errors.PlanRequiredError: Help(
        "mode=ai needs a paid plan. Upgrade your plan, or leave mode out.",
        "Upgrade in Dashboard → Billing, or leave `mode` out. Cards that exist are served anyway.",
    ),
    errors.NotFoundError: Help(
        "Nothing is here. Cards are at /api/og.",
        "Check the path. From `/api/verification`: nobody has looked at the page yet; `POST` does.",
    ),
    errors.RateLimitExceededError: Help(
        "Rate limit of 60 requests a minute exceeded. Try again in 12 s.",
        "Wait `Retry-After` seconds, or choose a larger plan. "
        "[Rate limits](rate-limits.md) says what is counted.",
    ),
    errors.DailyCardsReachedError: Help(
        "This site may make 10 new cards a day, and has made them. Cards that exist are still "
        "served. The next day starts at 2026-11-27 00:00 UTC; the limit can be changed in "
        "Dashboard → Sites.",
        "Cards that exist are served on. Wait for the next day (UTC), raise the site's limit, or "
        "make cards with an API key.",
    ),
    errors.DailyPreviewsReachedError: Help(
        "Previews are free, at most 200 a day, and these have been drawn. The next day starts at "
        "2026-11-27 00:00 UTC.",
        "Wait for the next day (UTC), or generate the card.",
    ),
    errors.AiNotConfiguredError: Help(
        "mode=ai is not set up on this server. Leave mode out.",
        "Leave `mode` out; whoever runs the server can set up an endpoint.",
    ),
    errors.OverloadedError: Help(
        "Too many new cards and pages are waited for. Try again soon.",
        "Try again after `Retry-After` seconds. Cards that exist are hardly ever affected.",
    ),
    errors.InternalError: Help(
        "Something went wrong on our end.",
        "Try again. If it stays, send us the `X-Request-Id` of the answer.",
    ),
}
GUIDE: Final[Mapping[type[errors.ApiError], Help]] = MappingProxyType(_GUIDE)


def when(kind: type[errors.ApiError]) -> str:
    """Say when an error comes: the first line of its own description."""
    return (kind.__doc__ or "").partition("\n")[0]


def error_kinds(*statuses: HTTPStatus | int) -> list[type[errors.ApiError]]:
    """Give the errors with one of these statuses, or all of them, in the order of the code."""
    kinds = [
        kind for kind in errors.ApiError.__subclasses__() if kind.__module__ == errors.__name__
    ]
    return [kind for kind in kinds if not statuses or kind.status in statuses]


def example_body(kind: type[errors.ApiError]) -> dict[str, Any]:
    """Give the JSON of an error as a client would get it."""
    return {"error": {"code": kind.code, "message": GUIDE[kind].example}}
