# ruff: noqa: RUF001 - punctuation of several scripts
"""A text cut into clusters, each with the kind of face it is drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.text import phrases
from og_render.text.fonts import EMOJI, LATIN, FontBook

_SPACES = regex.compile(r"[\s\p{Cc}\p{Zl}\p{Zp}]+")
# Embeddings, overrides and isolates reach over a cut or a line's end; marks (LRM, RLM) do not.
# Private characters mean an icon in one font and something else in ours.
_UNWANTED = regex.compile(
    r"[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\u00ad\u200b\ufeff\p{Private_Use}]"
)
# Marks piled up to disturb reach far out of their line; scripts that stack letters keep theirs.
_PILED_MARKS = regex.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
    r"|(\p{M}{7})\p{M}+"
)
_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
# The pattern of braille that has no dot is a blank to everybody but Unicode; what no version of
# Unicode has assigned, no font holds.
_BLANK = regex.compile(r"[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*")
_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}.*|[0-9#*]\ufe0f?\u20e3|\p{Emoji}\ufe0f.*|\p{Emoji_Presentation}.*"
    r"|\p{Extended_Pictographic}\p{Emoji_Modifier}.*",
    regex.DOTALL,
)
_TEXT_STYLE = "\ufe0e"
_IDEOGRAPH = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\u3000-\u303f\uff00-\uffef]"
)
# Shared by East and West; beside an ideograph they take an ideograph's full width.
_SHARED_PUNCTUATION = frozenset("“”‘’…—·")


class Kind(Enum):
    """Which faces are asked first."""

    TEXT = "text"
    HAN = "han"
    EMOJI = "emoji"


@dataclass(frozen=True)
class Cluster:
    """What a reader takes for one character."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Prose:
    """A text ready to be set: clusters, and the faces that hold all of its characters."""

    clusters: tuple[Cluster, ...]
    faces: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(cluster.text for cluster in self.clusters)

    def runs(self) -> list[tuple[str, Kind]]:
        """Give neighbours of one kind together."""
        groups = groupby(self.clusters, key=lambda cluster: cluster.kind)
        return [("".join(item.text for item in items), kind) for kind, items in groups]

    def phrases(self, han_face: str) -> list[Prose]:
        """Cut where a line may end in Chinese, Japanese or Korean."""
        ends = set(phrases.ends(str(self), han_face))
        pieces: list[Prose] = []
        start = length = 0
        for index, cluster in enumerate(self.clusters, start=1):
            length += len(cluster.text)
            if length in ends:
                pieces.append(Prose(self.clusters[start:index], self.faces))
                start = index
        rest = self.clusters[start:]
        return [*pieces, Prose(rest, self.faces)] if rest else pieces

    @classmethod
    def joined_lines(cls, pieces: list[Prose], starts: list[int]) -> Prose:
        """Join pieces again, with a line's end before every piece whose index is in starts."""
        clusters: list[Cluster] = []
        for index, piece in enumerate(pieces):
            if index in starts:
                clusters.append(Cluster("\n", Kind.TEXT))
            clusters.extend(piece.clusters)
        return cls(tuple(clusters), pieces[0].faces)

    def cut(self, count: int, end: Cluster) -> Prose:
        """Give the first count clusters and end."""
        return Prose((*self.clusters[:count], end), self.faces)


def clean(text: str) -> str:
    """Put text on one line of visible characters: single spaces, no controls, few marks."""
    text = _UNWANTED.sub("", _SPACES.sub(" ", text))
    return str(_PILED_MARKS.sub(r"\1\2", _SPACES.sub(" ", text))).strip()


def is_visible(text: str) -> bool:
    """Whether anything of a text would show."""
    return _BLANK.fullmatch(clean(text)) is None


def prose(text: str, book: FontBook, han_face: str, first: str = LATIN) -> Prose:
    """Cut a cleaned text; characters that no face holds are left out, so that none is a box."""
    held = [_held(piece, book, han_face, first) for piece in _CLUSTER.findall(text)]
    pieces = [piece for piece, _ in held if piece]
    kinds = [_kind(index, pieces, book) for index in range(len(pieces))]
    clusters = tuple(Cluster(piece, kind) for piece, kind in zip(pieces, kinds, strict=True))
    wanted = {face for _, face in held} - {first}
    return Prose(clusters, (first, *(name for name in book.faces if name in wanted)))


def _held(piece: str, book: FontBook, han_face: str, first: str) -> tuple[str, str | None]:
    """Give a cluster that one face can draw, and that face; empty where nothing would show.

    Faces cannot share a cluster: marks that the letter's face lacks go before the letter does.
    """
    visible = _INVISIBLE.sub("", piece)
    if not visible:
        return "", None
    if face := book.face_of(visible, han_face, first):
        return piece, face
    face = book.face_of(visible[0], han_face, first)
    if face is None:
        return "", None
    return "".join(character for character in visible if book.covers(face, character)), face


def _kind(index: int, pieces: list[str], book: FontBook) -> Kind:
    piece = pieces[index]
    if _EMOJI.fullmatch(piece) and _TEXT_STYLE not in piece and book.covers(EMOJI, piece[0]):
        return Kind.EMOJI
    around = pieces[max(0, index - 1) : index + 2]
    if piece in _SHARED_PUNCTUATION and any(_IDEOGRAPH.match(other) for other in around):
        return Kind.HAN
    return Kind.TEXT
