from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from og_service import context, stray_output, tracing
from og_service.settings import CommonSettings, LogFormat

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

# Tracebacks never show local variables: those may hold keys and tokens.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def _add_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if (request_id := context.request_id.get()) != "-":
        event.setdefault("request_id", request_id)
    for name, value in tracing.ids(tracing.current()).items():
        event.setdefault(name, value)
    return event


def configure(settings: CommonSettings, service: str) -> None:
    """Send our log lines, and the libraries', to stderr, each with service, request and trace.

    What would be written there past them is logged, too.
    """

    def add_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request,
        add_service,
    ]
    renderer: list[Processor]
    if settings.log_format is LogFormat.JSON:
        renderer = [_TRACEBACKS, structlog.processors.JSONRenderer()]
    else:
        renderer = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # One line a request is ours to write; httpx would write every URL it fetches.
    for noisy in ("grpc", "hpack", "httpcore", "httpx", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    stray_output.log_it_all()
