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

from og_edge.errors import ApiError
from og_render.cards import Template
from og_render.templates import TEMPLATES
from og_service.errors import ServiceError
from og_service.settings import CommonSettings, ServiceSettings
from og_stack.processes import GRPC_SERVICES, MAX_PROCESSES, SERVICES, process_name

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTICE = "<!-- Written by `make docs` from the code; edit the code instead. -->\n"

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

FURTHER_ERRORS = {"auth": ("og_auth.identity.errors",)}


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


def errors_page() -> str:
    """Describe every error that clients and callers can get."""
    lines = [
        "# Errors",
        NOTICE,
        "## The HTTP API",
        "",
        "Every error is JSON, `no-store`, and names its request in `X-Request-Id`:",
        "",
        '    {"error": {"code": "insufficient_credits", "message": "You have 0 credits …"}}',
        "",
        (
            "`message` says what to change. 429, 500 and errors that pass by themselves carry"
            " `Retry-After` in seconds."
        ),
        "",
        "| Status | Code | When |",
        "|---|---|---|",
    ]
    api_errors = in_order_of_definition(
        classes_of(importlib.import_module("og_edge.errors"), ApiError)
    )
    for kind in api_errors:
        assert issubclass(kind, ApiError)  # noqa: S101 - classes_of gives no others
        lines.append(f"| {int(kind.status)} | `{kind.code}` | {first_line(kind)} |")
    lines += [
        "",
        "## gRPC",
        "",
        (
            "Every error carries one `google.rpc.ErrorInfo` with the reason below and the domain"
            " `<service>.instantog.com`; faults of fields also `google.rpc.BadRequest`, limits also"
            " `google.rpc.RetryInfo`. Anything else is `INTERNAL` with a fixed text; its cause is"
            " in the log under the request id."
        ),
    ]
    for service in ("service", *GRPC_SERVICES):
        lines += ["", f"### {'Every service' if service == 'service' else service}", ""]
        lines += ["| Code | Reason | When |", "|---|---|---|"]
        for name in (f"og_{service}.errors", *FURTHER_ERRORS.get(service, ())):
            module = importlib.import_module(name)
            for kind in in_order_of_definition(classes_of(module, ServiceError)):
                assert issubclass(kind, ServiceError)  # noqa: S101 - classes_of gives no others
                lines.append(f"| {kind.code.name} | `{kind.reason}` | {first_line(kind)} |")
    return "\n".join(lines) + "\n"


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


def configuration_page() -> str:
    """Describe every setting of every process."""
    lines = [
        "# Configuration",
        NOTICE,
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


TEMPLATES_INTRODUCTION = (
    "Name one in `template=`. Every field is also a query parameter that replaces what the page"
    " says; an empty one leaves it out. A field that neither the request nor the page fills closes"
    " up. [Adding a template](adding-a-template.md) takes one file."
)


def template_section(template: Template) -> list[str]:
    """Describe one template and its fields."""
    rows = [
        f"| `{field.name}`{' (required)' if field.is_required else ''} | {field.kind.value} |"
        f" {field.source or 'the request only'} | {field.description} |"
        for field in template.fields
    ]
    return [
        "",
        f"## {template.template_id}",
        "",
        f"{template.description} Default accent `{template.default_accent}`.",
        "",
        "| Field | Kind | Filled from | What is drawn |",
        "|---|---|---|---|",
        *rows,
    ]


def templates_page() -> str:
    """Describe every template."""
    lines = [
        "# Templates",
        NOTICE,
        TEMPLATES_INTRODUCTION,
        "",
        "![Every template, light and dark](images/templates.png)",
    ]
    for template in TEMPLATES.values():
        lines += template_section(template)
    return "\n".join(lines) + "\n"


PAGES = {
    "errors.md": errors_page,
    "configuration.md": configuration_page,
    "templates.md": templates_page,
}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    check_only = parser.parse_args().check
    stale = False
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if check_only:
            if not path.exists() or path.read_text("utf-8") != text:
                print(f"stale: docs/{name} (run `make docs`)", file=sys.stderr)
                stale = True
        else:
            path.write_text(text, "utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
