"""Pages that say what went wrong."""

from __future__ import annotations

from http import HTTPStatus


class PageError(Exception):
    """A page instead of the one that was asked for; all of it is public."""

    def __init__(
        self, status: HTTPStatus, title: str, text: str, *, retry_after_s: int | None = None
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text
        self.retry_after_s = retry_after_s


class PageNotFoundError(PageError):
    """Nothing is here, or nothing of the account's."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND,
            "There is no such page",
            "The address may be mistyped, or what it was about is gone.",
        )


class FormRefusedError(PageError):
    """A form that was not sent from a page of ours."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "The form has expired",
            "Go back, reload the page and send it again. Nothing was changed.",
        )


class TooLongError(PageError):
    """A form with more than a form may have."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "That is too much text",
            f"Shorten what you typed: a form may have {max_bytes:,} bytes.",
        )


class BusyError(PageError):
    """Asked too often."""

    def __init__(self, text: str, retry_after_s: int) -> None:
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS, "Too many at once", text, retry_after_s=retry_after_s
        )
