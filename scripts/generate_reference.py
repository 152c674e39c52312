"""Write the pages of docs/ that repeat the code, or with --check compare them with it."""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from og_edge.clients.render import read_template
from og_edge.web.book import SLUGS, Book
from og_render.messages import template_message
from og_render.templates import TEMPLATES
from og_service.errors import ServiceError
from og_service.settings import CommonSettings, ServiceSettings
from og_stack.processes import GRPC_SERVICES, MAX_PROCESSES, SERVICES, process_name

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCES = ROOT / "services/edge/src/og_edge/web/docs"
NOTICE = "<!-- Written by `make docs` from og_edge/web/docs and the code; edit those instead. -->\n"
PUBLIC_URL = "https://instantog.com"
ON_THE_SITE = {"changelog"}
"""Pages that have their place in this folder elsewhere."""

MAKE_RUN_INTRODUCTION = (
    "Sets all of the above for its processes, in development's way, and hands on whatever `OG_*`"
    " and `AI_*` variables it finds; the port of `OG_METRICS_ADDRESS` is the first one's, and each"
    " further one's is one more. It reads besides:"
)
MAKE_RUN_VARIABLES = (
    ("OG_HTTP_PORT", "`8000`", "Port of the API; 0 takes any free one."),
    ("OG_HTTP_HOST", "`127.0.0.1`", "Address of the API."),
    ("OG_DEMO_PORT", "`OG_HTTP_PORT` + 1", "Port of the demo pages."),
    (
        "OG_LOOPBACK_TARGETS",
        "empty",
        "Further `ip:port` pairs that may be read, besides the demo's.",
    ),
    *(
        (
            f"OG_{service.upper()}_PROCESSES",
            "`1`",
            f"Processes of {service}, up to {MAX_PROCESSES}: `{process_name(service, 1, 2)}`, ….",
        )
        for service in SERVICES
    ),
    ("PUBLIC_BASE_URL", "the API's own address", "How the world names the API."),
    ("DATABASE_URL", "embedded", "A Postgres to use instead, as a role that may create roles."),
    ("REDIS_URL", "embedded", "A Valkey or Redis to use instead."),
)

FURTHER_ERRORS = {
    "auth": ("og_auth.identity.errors",),
    "billing": ("og_billing.payment_errors",),
}


def classes_of(module: ModuleType, base: type) -> Iterator[type]:
    """Give the subclasses of base that module itself defines, in their order."""
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, base) and kind is not base and kind.__module__ == module.__name__:
            yield kind


def first_line(kind: type) -> str:
    """Give the first line of a class's docstring."""
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def in_order_of_definition(kinds: Iterator[type]) -> list[type]:
    """Sort classes by the line they start on."""
    return sorted(kinds, key=lambda kind: inspect.getsourcelines(kind)[1])


def grpc_errors_part() -> str:
    """List every error that callers of the services can get."""
    lines = []
    for service in ("service", *GRPC_SERVICES):
        lines += ["", f"### {'Every service' if service == 'service' else service}", ""]
        lines += ["| Code | Reason | When |", "|---|---|---|"]
        for name in (f"og_{service}.errors", *FURTHER_ERRORS.get(service, ())):
            module = importlib.import_module(name)
            for kind in in_order_of_definition(classes_of(module, ServiceError)):
                assert issubclass(kind, ServiceError)  # noqa: S101 - classes_of gives no others
                lines.append(f"| {kind.code.name} | `{kind.reason}` | {first_line(kind)} |")
    return "\n".join(lines).lstrip() + "\n"


def variable_of(name: str, field: FieldInfo) -> str:
    """Give the environment variables that set a field."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return " or ".join(f"`{choice}`" for choice in alias.choices)
    return f"`{alias or 'OG_' + name.upper()}`"


def default_of(field: FieldInfo) -> str:
    """Give a field's default as a reader wants it."""
    if field.is_required():
        return "required"
    if field.default_factory not in (None, dict):
        return "by the machine"
    default = field.get_default(call_default_factory=True, validated_data={})
    shown = getattr(default, "value", default)
    return f"`{shown}`" if shown or shown == 0 else "empty"


def settings_table(kind: type[CommonSettings], without: type | None) -> list[str]:
    """List the settings of one class, except those that without has too."""
    inherited = set(getattr(without, "model_fields", {}))
    rows = [
        f"| {variable_of(name, field)} | {default_of(field)} | {field.description} |"
        for name, field in kind.model_fields.items()
        if name not in inherited
    ]
    return ["| Variable | Default | Meaning |", "|---|---|---|", *rows] if rows else ["None."]


def configuration_part() -> str:
    """Describe every setting of every process."""
    lines = [
        (
            "Every process reads environment variables, checks all of them when it starts, and"
            " names each one that is wrong."
        ),
        "",
        "## Every process",
        "",
        *settings_table(CommonSettings, None),
        "",
        "## Every gRPC service",
        "",
        *settings_table(ServiceSettings, CommonSettings),
    ]
    for service in ("edge", *GRPC_SERVICES):
        module = importlib.import_module(f"og_{service}.settings")
        base = CommonSettings if service == "edge" else ServiceSettings
        lines += ["", f"## {service}", "", *settings_table(module.Settings, base)]
    lines += ["", "## `make run`", "", MAKE_RUN_INTRODUCTION, ""]
    lines += ["| Variable | Default | Meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {default} | {text} |" for name, default, text in MAKE_RUN_VARIABLES]
    return "\n".join(lines) + "\n"


PARTS = {"configuration.md": configuration_part, "grpc-errors.md": grpc_errors_part}
"""What the pages of the docs site take in that the edge cannot know by itself."""


def twins() -> dict[str, str]:
    """Give the pages of the docs site as they stand in docs/, by their names there."""
    templates = {it.template_id: read_template(template_message(it)) for it in TEMPLATES.values()}
    book = Book(PUBLIC_URL)
    pages = {slug: book.page(slug, templates).markdown for slug in SLUGS if slug not in ON_THE_SITE}
    return {f"{slug}.md": text.replace("\n", f"\n{NOTICE}", 1) for slug, text in pages.items()}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    check_only = parser.parse_args().check
    stale = [name for name, part in PARTS.items() if is_stale(SOURCES / "parts" / name, part())]
    if check_only and stale:
        print(f"stale: {', '.join(stale)} (run `make docs`)", file=sys.stderr)
        return 1
    for name in stale:
        (SOURCES / "parts" / name).write_text(PARTS[name](), "utf-8")
    pages = twins()
    stale = [name for name, text in pages.items() if is_stale(DOCS / name, text)]
    if check_only and stale:
        print(f"stale in docs/: {', '.join(stale)} (run `make docs`)", file=sys.stderr)
        return 1
    for name in stale:
        (DOCS / name).write_text(pages[name], "utf-8")
    return 0


def is_stale(path: Path, text: str) -> bool:
    """Whether a file does not say what it should."""
    return not path.exists() or path.read_text("utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
