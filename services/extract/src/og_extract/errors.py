from __future__ import annotations

from typing import Final

from og_extract.limits import MAX_REDIRECTS
from og_extract.read.kinds.page_kind import PageKind
from og_service.errors import Code, ServiceError

_INSTEAD: Final = "or give the values as parameters, such as &title=…"
_WITHOUT_CONTENT: Final = {
    PageKind.CHALLENGE: (
        "The site asks visitors to prove that they are no robot, instead of showing the page. Let "
        f"our user agent, InstantOG, through, {_INSTEAD}"
    ),
    PageKind.LOGIN: (
        "The page is shown only to people who sign in or agree first. Make it public for our user "
        f"agent, InstantOG, {_INSTEAD}"
    ),
    PageKind.NOT_FOUND: (
        "The site says that there is no page at this URL, or none for now, though with a status of "
        f"success. Check the URL, {_INSTEAD}"
    ),
    PageKind.EMPTY_SHELL: (
        "The page is empty, at least until its scripts run, and we run none. Send its title and "
        f"og: tags in the HTML, {_INSTEAD}"
    ),
}
REDIRECTS_TEXT = (
    f"The page leads on more than {MAX_REDIRECTS} times. Give the URL where its redirects end."
)
UNREACHABLE_TEXT = "The page could not be reached, or did not answer in time."


class UrlNotAllowedError(ServiceError):
    """A URL's own text shows that it may not be fetched."""

    code = Code.INVALID_ARGUMENT
    reason = "URL_NOT_ALLOWED"


class PageUnreachableError(ServiceError):
    """A page could not be had.

    Whatever resolving or connecting reveals has this one text: a stranger who asks for hosts and
    ports of ours must not learn which of them exist.
    """

    code = Code.FAILED_PRECONDITION
    reason = "PAGE_UNREACHABLE"

    def __init__(
        self, message: str = UNREACHABLE_TEXT, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message, retry_after_s=retry_after_s)


class PageNotHtmlError(ServiceError):
    """The answer is no page but a picture, a PDF or the like; metadata "kind" says what."""

    code = Code.FAILED_PRECONDITION
    reason = "PAGE_NOT_HTML"

    def __init__(self, kind: str) -> None:
        what = _KINDS.get(kind, "a file or to nothing")
        super().__init__(f"The URL leads to {what}, not to an HTML page.", metadata={"kind": kind})


_KINDS = {"image": "an image", "video": "a video", "audio": "an audio file", "pdf": "a PDF"}


class PageWithoutContentError(ServiceError):
    """What came is not the page: a bot challenge, a login wall, a "not found", an empty shell.

    The metadata "kind" is the PageKind.
    """

    code = Code.FAILED_PRECONDITION
    reason = "PAGE_WITHOUT_CONTENT"

    def __init__(self, kind: PageKind) -> None:
        super().__init__(_WITHOUT_CONTENT[kind], metadata={"kind": kind.value})


class ExtractQueueFullError(ServiceError):
    """Too many calls are waiting already."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "EXTRACT_QUEUE_FULL"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Too many pages are being read; try again.", retry_after_s=retry_after_s)


class AiNotConfiguredError(ServiceError):
    """A page was to be read by a language model, but no endpoint is set up."""

    code = Code.FAILED_PRECONDITION
    reason = "AI_NOT_CONFIGURED"

    def __init__(self) -> None:
        super().__init__("mode=ai needs AI_BASE_URL and AI_MODEL, which are not set.")
