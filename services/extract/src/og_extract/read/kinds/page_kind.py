"""Whether a page is the page, or what stands in its place.

No sign decides alone: each has a weight, and what speaks for a page of its own (a description,
data about an article, much text) is weighed against. A page taken for none costs somebody a card;
where signs are few, it is a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from og_extract.read.kinds import kind_signs as signs
from og_extract.read.kinds.looks import Looks, cores

ENOUGH = 4
"""The weight at which a page is not the page."""


class PageKind(StrEnum):
    """What kind of page was read, as og.extract.v1.PageKind names it."""

    CONTENT = "content"
    CHALLENGE = "challenge"
    LOGIN = "login"
    NOT_FOUND = "not_found"
    EMPTY_SHELL = "empty_shell"


WALLS: Final = frozenset({PageKind.CHALLENGE, PageKind.LOGIN})
"""What stands before a page that may well be there."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A page's kind, and what gave it away, for people; "" for a page with content."""

    kind: PageKind = PageKind.CONTENT
    reason: str = ""


class Clue(NamedTuple):
    """Something seen: over 0 it speaks for the kind, under 0 against."""

    weight: int
    what: str


class _Size(NamedTuple):
    """How much text a kind of page shows, in characters."""

    little_chars: int
    long_chars: int
    long_weight: int


_CHALLENGE_SIZE: Final = _Size(300, 2_000, -3)
_LOGIN_SIZE: Final = _Size(1_000, 2_500, -3)
_NOT_FOUND_SIZE: Final = _Size(600, 5_000, -1)
_MAINTENANCE_SIZE: Final = _Size(300, 600, -3)
_SHELL_SIZE: Final = _Size(60, 60, -3)
_NOTHING_BUT_SCRIPTS: Final = "there is nothing in it but scripts"


def _whole(lines: str, before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(rf"\W*{before}(?:{signs.alternatives(lines)}){after}\W*")


def _anywhere(lines: str) -> re.Pattern[str]:
    return re.compile(signs.alternatives(lines), re.IGNORECASE)


def _names(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


_CHALLENGE_TITLE: Final = _whole(signs.CHALLENGE_TITLES)
_CHALLENGE_WEAK_TITLE: Final = _whole(signs.CHALLENGE_WEAK_TITLES)
_CHALLENGE_TEXT: Final = _anywhere(signs.CHALLENGE_TEXTS)
_CHALLENGE_MARKUP: Final = _names(signs.CHALLENGE_MARKUP)
_CHALLENGE_WEAK_MARKUP: Final = _names(signs.CHALLENGE_WEAK_MARKUP)
_LOGIN_TITLE: Final = _whole(signs.LOGIN_TITLES)
_LOGIN_TEXT: Final = _anywhere(signs.LOGIN_TEXTS)
_LOGIN_PLACE: Final = _anywhere(signs.LOGIN_PLACES)
_CONSENT_TITLE: Final = _whole(signs.CONSENT_TITLES)
_CONSENT_PLACE: Final = _anywhere(signs.CONSENT_PLACES)
_404: Final = signs.NOT_FOUND_NUMBER
_NOT_FOUND: Final = _whole(signs.NOT_FOUND_PHRASES, f"{_404}?", rf"(?:\W*{_404})?")
_NOT_FOUND_TOO: Final = _whole(signs.NOT_FOUND_WEAK_PHRASES, _404)
_NOT_FOUND_WEAK: Final = _whole(f"{signs.NOT_FOUND_WEAK_PHRASES}{_404}")
_NOT_FOUNDS: Final = (_NOT_FOUND, _NOT_FOUND_TOO, _NOT_FOUND_WEAK)
_NUMBER: Final = re.compile(rf"\W*{_404}")
_MAINTENANCE: Final = _whole(signs.MAINTENANCE_PHRASES)
_MAINTENANCE_TEXT: Final = _anywhere(signs.MAINTENANCE_TEXTS)
_NOT_FOUND_TEXT: Final = _anywhere(signs.NOT_FOUND_TEXTS)
_SHELL_TITLE: Final = _whole(signs.SHELL_TITLES)


def judge(looks: Looks, url: str, requested_url: str) -> Judgement:
    """Tell what kind of page this is; url is where it was found, requested_url where sought."""
    best, enough = Judgement(), ENOUGH - 1
    for kind, read_clues in _CLUES:
        clues = list(read_clues(looks, _Way(url, requested_url or url)))
        weight = sum(clue.weight for clue in clues)
        if weight > enough:
            said = [clue.what for clue in clues if clue.weight > 0]
            best, enough = Judgement(kind, ", ".join(said)), weight
    return best


@dataclass(frozen=True, slots=True)
class _Way:
    """From the URL that was sought to where the page was found."""

    url: str
    requested_url: str

    def led_to(self, place: re.Pattern[str]) -> bool:
        """Tell whether a redirect ended at such a place, and was not asked to."""
        return _is_at(place, self.url) and not _is_at(place, self.requested_url)


def _is_at(place: re.Pattern[str], url: str) -> bool:
    parts = urlsplit(url)
    return bool(place.search(parts.hostname or "") or place.search(parts.path))


def _challenge(looks: Looks, _: _Way) -> Iterator[Clue]:
    named = list(_named(looks, (2, _CHALLENGE_TITLE), (1, _CHALLENGE_WEAK_TITLE)))
    if not named and (
        looks.is_described or looks.has_own_data or looks.shown_chars > _CHALLENGE_SIZE.long_chars
    ):
        return  # all other signs together would not do
    yield from named
    if looks.has_author and not _CHALLENGE_MARKUP.search(looks.markup):
        yield Clue(-3, "somebody wrote it")
    yield from _owned(looks, (2, _CHALLENGE_MARKUP), (1, _CHALLENGE_WEAK_MARKUP))
    yield from _said(looks, 2, _CHALLENGE_TEXT)
    yield from _bareness(looks, _CHALLENGE_SIZE, (_CHALLENGE_TITLE, _CHALLENGE_WEAK_TITLE))
    if looks.is_not_to_be_found:
        yield Clue(1, "it is not to be indexed")
    if looks.has_form:
        yield Clue(-3, "it has a form to fill in")


def _login(looks: Looks, way: _Way) -> Iterator[Clue]:
    named = list(_named(looks, (2, _CONSENT_TITLE), (1, _LOGIN_TITLE)))
    led = list(_led(way, (3, _LOGIN_PLACE, "sign in"), (3, _CONSENT_PLACE, "agree")))
    if not named and not led and not looks.has_password_field:
        return
    yield from [*named, *led]
    if looks.has_password_field:
        yield Clue(1, "it asks for a password")
    if named and _is_empty(looks):
        yield Clue(1, _NOTHING_BUT_SCRIPTS)
    if looks.shown_chars <= _LOGIN_SIZE.long_chars:
        yield from _said(looks, 1, _LOGIN_TEXT)
    yield from _bareness(looks, _LOGIN_SIZE, (_CONSENT_TITLE, _LOGIN_TITLE))


def _not_found(looks: Looks, _: _Way) -> Iterator[Clue]:
    named = list(_named(looks, (3, _NOT_FOUND), (3, _NOT_FOUND_TOO), (2, _NOT_FOUND_WEAK)))
    if not _NUMBER.fullmatch(looks.title) and _is_called(looks.title, _NUMBER):
        named.append(Clue(1, "beside the site's name"))
    headed = list(_headed(looks, (2, _NOT_FOUND), (2, _NOT_FOUND_TOO), (1, _NOT_FOUND_WEAK)))
    if not named and not headed:
        return
    yield from [*named, *headed]
    yield from _said(looks, 1, _NOT_FOUND_TEXT)
    is_of_site = bool(named) and _has_tags_of_site(looks, is_headed=bool(headed))
    yield from _bareness(looks, _NOT_FOUND_SIZE, _NOT_FOUNDS, is_of_site=is_of_site)
    if looks.has_prose:
        yield Clue(-3, "it holds paragraphs to be read")
        if looks.is_typed or looks.has_author:
            yield Clue(-3, "it is an article or the like")
    if looks.is_not_to_be_found:
        yield Clue(1, "it is not to be indexed")


def _has_tags_of_site(looks: Looks, *, is_headed: bool) -> bool:
    """Tell whether the tags of a page that is titled so are those of all pages of its site."""
    if is_headed and not _is_called(looks.title, _NOT_FOUND_WEAK):
        return True
    is_little = looks.shown_chars <= _NOT_FOUND_SIZE.little_chars
    own = _own_titles(looks, _NOT_FOUNDS)
    return (is_headed or is_little) and all(_is_site_in(name, looks.title) for name in own)


def _maintenance(looks: Looks, _: _Way) -> Iterator[Clue]:
    if looks.shown_chars > _MAINTENANCE_SIZE.long_chars:
        return  # people write about it
    called = [*_named(looks, (2, _MAINTENANCE)), *_headed(looks, (2, _MAINTENANCE))]
    if not called:
        return
    yield from called
    if looks.has_author:
        yield Clue(-3, "somebody wrote it")
    yield from _said(looks, 1, _MAINTENANCE_TEXT)
    yield from _bareness(looks, _MAINTENANCE_SIZE, (_MAINTENANCE,))


def _empty_shell(looks: Looks, _: _Way) -> Iterator[Clue]:
    named = list(_named(looks, (1, _SHELL_TITLE)))
    if (looks.title and not named) or not _is_empty(looks):
        return
    yield Clue(1, _NOTHING_BUT_SCRIPTS if looks.has_scripts else "it only loads another page")
    yield from named or [Clue(1, "it has no title")]
    yield from _bareness(looks, _SHELL_SIZE, (_SHELL_TITLE,))


def _is_empty(looks: Looks) -> bool:
    is_bare = looks.shown_chars <= _SHELL_SIZE.little_chars and not looks.has_pictures
    return is_bare and (looks.has_scripts or looks.is_reloaded)


_CLUES: Final[Sequence[tuple[PageKind, Callable[[Looks, _Way], Iterator[Clue]]]]] = (
    (PageKind.CHALLENGE, _challenge),
    (PageKind.LOGIN, _login),
    (PageKind.NOT_FOUND, _not_found),
    (PageKind.NOT_FOUND, _maintenance),
    (PageKind.EMPTY_SHELL, _empty_shell),
)
"""In order of precedence, where two weigh the same."""


def _led(way: _Way, *signs_: tuple[int, re.Pattern[str], str]) -> Iterator[Clue]:
    for weight, place, purpose in signs_:
        if way.led_to(place):
            yield Clue(weight, f"a redirect led to where people {purpose}")
            return


def _named(looks: Looks, *signs_: tuple[int, re.Pattern[str]]) -> Iterator[Clue]:
    """Match the title without the site's name."""
    for weight, pattern in signs_:
        if _is_called(looks.title, pattern):
            yield Clue(weight, f"it is titled “{looks.title}”")
            return


def _headed(looks: Looks, *signs_: tuple[int, re.Pattern[str]]) -> Iterator[Clue]:
    for weight, pattern in signs_:
        for heading in looks.headings:
            if pattern.fullmatch(heading):
                yield Clue(weight, f"its heading is “{heading}”")
                return


def _owned(looks: Looks, *signs_: tuple[int, re.Pattern[str]]) -> Iterator[Clue]:
    for weight, pattern in signs_:
        if found := pattern.search(looks.markup):
            owners = {**signs.CHALLENGE_MARKUP, **signs.CHALLENGE_WEAK_MARKUP}
            yield Clue(weight, f"its markup is that of {owners[found[0]]} (“{found[0]}”)")
            return


def _said(looks: Looks, weight: int, pattern: re.Pattern[str]) -> Iterator[Clue]:
    if found := pattern.search(looks.text):
        yield Clue(weight, f"it says “{found[0]}”")


def _bareness(
    looks: Looks, size: _Size, titles: Sequence[re.Pattern[str]], *, is_of_site: bool = False
) -> Iterator[Clue]:
    """Weigh what pages have of their own: tags for those who link to them, data, text.

    Where is_of_site, the tags are those that all pages of the site have.
    """
    if not _own_titles(looks, titles) and not looks.has_description:
        yield Clue(1, "nothing describes it")
    elif not is_of_site:
        yield Clue(-2, "it describes itself")
    if looks.has_own_data:
        yield Clue(-3, "it holds data about an article, a product or the like")
    if looks.shown_chars <= size.little_chars:
        yield Clue(1, f"it shows {looks.shown_chars} characters of text")
    elif looks.shown_chars > size.long_chars:
        yield Clue(size.long_weight, "it shows much text")


def _own_titles(looks: Looks, titles: Sequence[re.Pattern[str]]) -> list[str]:
    """List how it is called for those who link to it, where that is none of titles."""
    return [
        name for name in looks.shared_titles if not any(_is_called(name, title) for title in titles)
    ]


def _is_site_in(name: str, title: str) -> bool:
    """Tell whether a name is the site's, at either end of a title."""
    return name != title and (title.startswith(name) or title.endswith(name))


def _is_called(name: str, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(core) for core in cores(name))
