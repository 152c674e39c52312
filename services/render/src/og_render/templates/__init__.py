"""Every template, one file each: a module of this folder that has a TEMPLATE is served."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from og_render.cards import Template


def _found() -> dict[str, Template]:
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    templates: list[Template] = [module.TEMPLATE for module in modules]
    return {it.template_id: it for it in sorted(templates, key=lambda it: it.template_id)}


TEMPLATES = _found()
