"""Choosing each field's value among what the readers found."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.fields import FIELDS, LANGUAGE, PICTURES, URL
from og_extract.read.choosing.page import Field, Page
from og_extract.read.choosing.rules import Candidate, Rule, Value, candidates, choices
from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document
from og_extract.read.sources.card_tags import read_card_tags

MAX_OFFERS = 8
OFFERED: Final = frozenset({"siteName", "author", "publishedAt", "price", "rating"})
"""Fields of which a language model chooses one of the values that were found."""
MAX_IMAGE_CANDIDATES = 8  # the first ones may all be cards drawn for the page


def choose_page(
    document: Document, findings: Findings, *, explain: bool = False, offer: bool = False
) -> Page:
    """Choose every value of a page.

    With explain, tell what became of every candidate too; with offer, what a model may choose.
    """
    context = Context(document, findings)
    canonical = next(choices(URL, context), None)
    found = {rule.name: next(choices(rule, context), None) for rule in FIELDS}
    return Page(
        final_url=document.url,
        canonical_url=str(canonical.value) if canonical else document.url,
        language=context.language,
        fields={name: Field.of(choice) for name, choice in found.items() if choice},
        card_tags=read_card_tags(document),
        image_candidates={
            rule.name: list(
                islice(
                    dict.fromkeys(str(choice.value) for choice in choices(rule, context)),
                    MAX_IMAGE_CANDIDATES,
                )
            )
            for rule in PICTURES
        },
        explanations=_explanations(context) if explain else {},
        offers=_offers(context) if offer else {},
    )


def _explanations(context: Context) -> dict[str, list[Candidate]]:
    explained = {
        rule.name: candidates(rule, context) for rule in (*FIELDS, *PICTURES, URL, LANGUAGE)
    }
    return {name: listed for name, listed in explained.items() if listed}


def _offers(context: Context) -> dict[str, list[Field]]:
    offers = {rule.name: _offers_of(rule, context) for rule in FIELDS if rule.name in OFFERED}
    return {name: fields for name, fields in offers.items() if fields}


def _offers_of(rule: Rule[Any], context: Context) -> list[Field]:
    first: dict[Value, Field] = {}
    for choice in choices(rule, context):
        first.setdefault(choice.value, Field.of(choice))
    return list(first.values())[:MAX_OFFERS]
