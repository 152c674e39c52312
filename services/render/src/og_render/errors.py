from __future__ import annotations

from og_service.errors import Code, InvalidRequestError, ServiceError


class UnknownTemplateError(InvalidRequestError):
    """No template has this id."""

    reason = "UNKNOWN_TEMPLATE"


class InvalidThemeError(InvalidRequestError):
    """The theme is neither light nor dark."""

    reason = "INVALID_THEME"


class InvalidSizeError(InvalidRequestError):
    """The size is none of the presets."""

    reason = "INVALID_SIZE"


class InvalidFormatError(InvalidRequestError):
    """The format is none that cards are encoded in."""

    reason = "INVALID_FORMAT"


class InvalidAccentColorError(InvalidRequestError):
    """The accent colour is not written as "#rrggbb"."""

    reason = "INVALID_ACCENT_COLOR"


class InvalidLanguageCodeError(InvalidRequestError):
    """The language is not a BCP 47 code."""

    reason = "INVALID_LANGUAGE_CODE"


class UnknownFieldError(InvalidRequestError):
    """The template does not declare this field."""

    reason = "UNKNOWN_FIELD"


class InvalidFieldError(InvalidRequestError):
    """A field's value does not suit its kind, is out of range, or comes twice."""

    reason = "INVALID_FIELD"


class MissingFieldError(InvalidRequestError):
    """A required field is absent or empty."""

    reason = "MISSING_FIELD"


class RenderQueueFullError(ServiceError):
    """More cards wait than may."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "RENDER_QUEUE_FULL"


class WorkerCrashedError(Exception):
    """A worker process ended while it drew; ours to explain, so the caller sees INTERNAL."""


class BadPicturesError(Exception):
    """A worker ended as one does over a card's pictures; they are to be left out."""


class WorkerLostError(Exception):
    """A worker process was found dead when it was given a card; the card is not to blame."""


class DrawingFailedError(Exception):
    """A worker raised while it drew; the message holds its traceback, for the log only."""
