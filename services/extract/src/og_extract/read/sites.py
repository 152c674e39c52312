"""What is the name of a page's site."""

from __future__ import annotations

from og_extract.read.context import Context
from og_extract.read.rules import Verdict, refused
from og_extract.read.site_names import host_label, segment_like_host
from og_extract.read.text import clean_text, is_placeholder, letters_of


def judge_site_name(raw: str, source: str, context: Context) -> Verdict:
    """Take a name; where all of <title> is given for it, the part that is like the host's name."""
    name = clean_text(raw)
    if not name or is_placeholder(name):
        return refused("left by a template, or nothing")
    if name.startswith("@"):
        return refused("a handle")
    if source == "og:site_name" and _is_spelled_by_application(name, context):
        return refused("the host, which the application's name spells")
    part = segment_like_host(name, context.host) if name == context.document.title else None
    return Verdict(part, "the part that is like the host's name") if part else Verdict(name)


def _is_spelled_by_application(name: str, context: Context) -> bool:
    label = letters_of(host_label(context.host))
    spelled = map(letters_of, context.findings.of("meta:application-name"))
    return name == context.host.removeprefix("www.") and label in spelled
