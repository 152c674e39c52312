"""What is an author's name."""

from __future__ import annotations

import re

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.markup.text import clean_text, is_placeholder, letters_of
from og_extract.read.markup.words import NAME_PARTICLES
from og_extract.read.sources.site_names import host_label
from og_extract.read.sources.subjects import Subject

MAX_NAME_CHARS = 200
"""Of all names together."""
MIN_HOST_LETTERS = 4
"""Shorter names of hosts stand in names of people too."""
MIN_BYLINE_WORDS = 2
MAX_BYLINE_WORDS = 5
"""Of each name in a byline."""
MAX_BYLINE_NAMES = 6

_PREFIX = re.compile(
    r"^(?:by|von|par|por|da|di|af|av|door|written by|author|autor|auteur|автор|posted by"
    r"|erstellt von|geschrieben von|verfasst von|recipe by|words by)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
# What somebody is, or where else to find them, is no part of their name.
_ROLE = re.compile(
    r"(?:\s*@|,[^,]{0,40}?(?:redakteur|redaktor|editor|writer|reporter|journalist|korrespondent"
    r"|correspondent|contributor|columnist|autorin\b|autor\b|author\b|rédact|redactor|giornalista"
    r"|journaliste|periodista|corresponsal|corrispondente|correspondant)"
    r"|\s+(?:envoyée?s? spécia|correspondante?s?\b|enviad[oa]s? especia)).*$",
    re.IGNORECASE | re.DOTALL,
)
# What follows a name in a byline: a date, a role, a count, the rest of a sentence.
_TAIL = re.compile(
    r"\s*(?:[|•·/()\[\]]|,?\s[-\u2013\u2014]\s).*$|(?:,|\s)\s*\d.*$|\s+says\b.*$"
    r"|,?\s+(?:on|am|um|at|in|vor|à|em|op|på|den)\s+(?=[\dA-ZÄÖÜ]).*$|,\s+(?=[a-zäöü]{2,})(?!and|und).*$"
    r"|,?\s+(?:[Pp]ublished|[Pp]osted|[Uu]pdated|[Aa]ktualisiert|[Vv]eröffentlicht)\b.*$",
    re.DOTALL,
)
_FREE_TEXT = frozenset({"byline", "byline:loose", "rel:author", "text:by", "text:label"})
_BETWEEN_NAMES = re.compile(r"\s*,\s*|\s+(?:&|\+|and|und|et|y|e|en|og|och|i)\s+")
# Users may be called anything in one word.
_OF_USERS = frozenset({"rel:author", "byline"})
_USER = re.compile(r"[\w.-]{3,40}")
# In these a single word, as "Redaktion", is a name too.
_SAID_TO_BE_AUTHORS = frozenset({"text:by", "rel:author", "byline", "text:label"})
_DATA = ("jsonld:", "microdata:", "rdfa:")
_ORGANISED = frozenset({"jsonld:author.organisation", "microdata:author.organisation"})
# Tags that name whoever entered the page, or made the site, as often as who wrote it.
_HIDDEN = frozenset(
    {
        "jsonld:WebPage.author",
        "jsonld:Person.name",
        "microdata:WebPage.author",
        "microdata:author.unseen",
        "meta:author",
        "meta:dc.creator",
        "meta:dcterms.creator",
        "article:author",
        "og:article:author",
        "twitter:data",
    }
)
_REFUSED = frozenset(
    {
        *("facebook", "google", "instagram", "linkedin", "pinterest", "telegram", "tiktok"),
        *("twitter", "whatsapp", "youtube"),
        "admin",
        "administrator",
        "anonymous",
        "author",
        "autor",
        "default",
        "editor",
        "gast",
        "guest",
        "none",
        "null",
        "root",
        "staff",
        "superuser",
        "undefined",
        "unknown",
        "user",
        "webmaster",
        "website",
        "wordpress",
    }
)
# Whom newspapers have texts from; after a name they are no part of it.
_AGENCIES = frozenset(
    {
        *("afp", "ansa", "ap", "apa", "associatedpress", "bloomberg", "cnn", "dpa", "efe", "lusa"),
        *("pa", "reuters", "tass", "theassociatedpress", "upi", "xinhua"),
    }
)
_NEWSROOM = re.compile(r"\b(?:staff|desk|newsroom|staff reports?)$", re.IGNORECASE)
_COMPANY = re.compile(
    r"\b(?:GmbH|AG|Inc|LLC|Ltd|Corp|KG|S\.?A\.?S?|S\.?r\.?l|e\.\s?V|B\.?V|A/S|Pty|Oy)\b\.?$"
)
# Words that stand where bylines do, and in no name.
_NO_NAMES = re.compile(
    r"\b(?:foto|fotos|photo|photos|image|bild|getty|shutterstock|istock|adobe ?stock|reuters"
    r"|about|über|all posts|alle|more|mehr|follow|folgen|share|teilen|comments?|kommentare?|search"
    r"|name|e-?mail|read|subscribe|newsletter|author|autor|profile?|cookies?|categor\w+|kategorien?"
    r"|leave|reply|response|copyright|powered|posts?|view|see|website)\b|фото|[?!:*«»©@]",
    re.IGNORECASE,
)


def judge_author(raw: str, source: str, context: Context) -> Verdict:
    """Take the name of a person or team."""
    text = clean_text(raw)
    if "www." in text:
        return refused("an address or handle")
    name = _ROLE.sub("", _PREFIX.sub("", text)).strip(" ,;:|")
    if source in _FREE_TEXT:
        name = _TAIL.sub("", name).strip(" ,;:|")
    name = _without_outlet(name, context)
    fault = _fault(name, source, context)
    return refused(fault) if fault else Verdict(name)


def _without_outlet(name: str, context: Context) -> str:
    """Take an agency's or the site's name off the end, where a person's stands before it."""
    person, comma, outlet = name.rpartition(",")
    if not comma:
        person, _, outlet = name.rpartition(" ")
    letters = letters_of(outlet)
    is_outlet = letters in _AGENCIES or (comma and letters in context.site_letters)
    return person.strip() if is_outlet and len(person.split()) >= MIN_BYLINE_WORDS else name


def _fault(name: str, source: str, context: Context) -> str | None:
    """Tell why a text is no author's name."""
    letters = letters_of(name)
    is_data = source.startswith(_DATA)
    is_address = name.startswith(("http://", "https://", "/")) or "www." in name or "@" in name
    faults = (
        (not any(map(str.isalpha, name)), "no name"),
        (len(name) > MAX_NAME_CHARS, "too long for a name"),
        (is_address, "an address or handle"),
        (letters in _REFUSED or is_placeholder(name), "names nobody"),
        (_NEWSROOM.search(name), "names a newsroom"),
        (_is_site(letters, source, context), "the site's own name"),
        (not is_data and _COMPANY.search(name), "the name of a company"),
        (source in _HIDDEN and not context.shows_author(name), "not shown to readers"),
        (source in _FREE_TEXT and not _is_like_a_name(name, source), "not like a name"),
    )
    return next((reason for is_fault, reason in faults if is_fault), None)


def _is_site(letters: str, source: str, context: Context) -> bool:
    """Tell whether a name is the site's own.

    A recipe is often by its site, and a person's site is often called by their name.
    """
    is_data = source.startswith(_DATA)
    if is_data and context.subject is Subject.RECIPE:
        return False
    label = letters_of(host_label(context.host))
    is_name = letters in context.site_letters
    is_like_host = len(label) >= MIN_HOST_LETTERS and label in letters and letters != label
    return (is_like_host or is_name) if not is_data or source in _ORGANISED else is_like_host


def _is_like_a_name(text: str, source: str) -> bool:
    """Tell names from the other things that stand where bylines do."""
    names = [name for name in _BETWEEN_NAMES.split(text) if name]
    if _NO_NAMES.search(text) or not names or len(names) > MAX_BYLINE_NAMES:
        return False
    if len(names) == 1 and len(text.split()) == 1:
        is_user = source in _OF_USERS and _USER.fullmatch(text) is not None
        return source in _SAID_TO_BE_AUTHORS and (is_user or _is_capital(text[0]))
    return all(_is_capitalised(name.split()) for name in names)


def _is_capitalised(words: list[str]) -> bool:
    are_names = all(_is_capital(word[0]) or word.lower() in NAME_PARTICLES for word in words)
    is_name = are_names and _is_capital(words[0][0]) and _is_capital(words[-1][0])
    return is_name and len(words) <= MAX_BYLINE_WORDS


def _is_capital(char: str) -> bool:
    """Tell capital letters, and those of scripts that have none."""
    return char.isalpha() and not char.islower()
