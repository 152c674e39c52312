from __future__ import annotations

from og_service.errors import Code, ServiceError

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

    def __init__(self, message: str = UNREACHABLE_TEXT) -> None:
        super().__init__(message)


class PageNotHtmlError(ServiceError):
    """The answer is no page but a picture, a PDF or the like."""

    code = Code.FAILED_PRECONDITION
    reason = "PAGE_NOT_HTML"

    def __init__(self) -> None:
        super().__init__("The URL leads to a file or to nothing, not to an HTML page.")


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
