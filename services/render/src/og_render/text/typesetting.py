"""Sets the texts of a card: faces, direction, shaping."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import skia

from og_render.color.colors import Color
from og_render.text import scripts
from og_render.text.cleaning import clean
from og_render.text.fitting import MAX_WORD_RETREAT_CLUSTERS, Fitting, TextBlock
from og_render.text.fonts import EMOJI, HAN_FACES, REGULAR, FontBook
from og_render.text.prose import ELLIPSIS, Kind, Passage, Prose, prose
from og_render.text.styles import TypeStyle, line_px

textlayout = skia.textlayout

# More than the smallest step of any design can show; longer texts are cut before they are shaped.
MAX_SHAPED_CHARACTERS = 700
MAX_REPORTED_GLYPHS = 16
# Emoji are drawn wider than high letters are; at this size they sit in a line like letters do.
EMOJI_SCALE = 0.86
# Styles are the same on many cards; these are those of a few designs.
MAX_CACHED_STYLES = 512
_ISOLATE_RIGHT_TO_LEFT, _END_ISOLATE = "\u2067", "\u2069"


class Typesetter:
    """Sets the texts of one card."""

    def __init__(self, book: FontBook, language_code: str, *, right_to_left: bool = False) -> None:
        self._book = book
        self._language_code = language_code
        self.right_to_left = right_to_left
        self._blocks: dict[tuple[str, TypeStyle, float, float], TextBlock | None] = {}
        self._missing: dict[str, None] = {}
        self._unicode = skia.Unicodes.ICU.Make()
        # One collection a card: what its caches hold cannot reach another card.
        self._collection = textlayout.FontCollection()
        self._collection.setDefaultFontManager(book.provider)

    def block(self, text: str, style: TypeStyle, width: float, height: float) -> TextBlock | None:
        """Set text in a box; None where not one line fits or nothing is left to draw.

        Designs that try several layouts ask for the same again: it is set once.
        """
        asked = (text, style, width, height)
        if asked not in self._blocks:
            self._blocks[asked] = self._set(*asked)
        return self._blocks[asked]

    def _set(self, text: str, style: TypeStyle, width: float, height: float) -> TextBlock | None:
        shaped = _shortened(clean(text))
        whole = self._prose(shaped, scripts.han_face(self._language_code, shaped), style)
        if not whole.clusters:
            return None
        return Fitting(self, whole, style, width, height).best()

    @property
    def missing_glyphs(self) -> tuple[str, ...]:
        """The first MAX_REPORTED_GLYPHS characters of the card that no face holds, each once."""
        return tuple(self._missing)[:MAX_REPORTED_GLYPHS]

    def _prose(self, text: str, han_face: str, style: TypeStyle) -> Prose:
        whole = prose(text, self._book, han_face, style.face)
        self._missing.update(dict.fromkeys(whole.missing))
        return whole

    def paragraph(
        self, passage: Passage, style: TypeStyle, size_px: float
    ) -> skia.textlayout.Paragraph:
        """Shape text at a size; lines are `line_px` high whatever faces they use."""
        whole = passage.whole
        builder = self._builder(style, size_px, whole, self._alignment(style))
        backwards = scripts.is_right_to_left(whole, self._language_code)
        tracking = style.tracking_em * size_px if scripts.traits(whole).may_be_tracked else 0.0
        if backwards:
            builder.addText(_ISOLATE_RIGHT_TO_LEFT)
        self._add(builder, passage, style, size_px, tracking)
        if backwards:
            builder.addText(_END_ISOLATE)
        return builder.Build()

    def colored(
        self, runs: Iterable[tuple[str, Color]], style: TypeStyle, size_px: float
    ) -> skia.textlayout.Paragraph:
        """Shape program text of several colours: left to right, with its spaces.

        A line's end is a run of its own.
        """
        runs = list(runs)
        plain = "".join(text for text, _ in runs)
        han_face = scripts.han_face(self._language_code, plain)
        builder = self._builder(style, size_px, plain, textlayout.TextAlign.kLeft)
        for text, color in runs:
            if text == "\n":
                builder.addText(text)
                continue
            piece = self._prose(text, han_face, style).whole()
            self._add(builder, piece, style.in_color(color), size_px, 0.0)
        return builder.Build()

    def _builder(
        self, style: TypeStyle, size_px: float, text: str, alignment: skia.textlayout.TextAlign
    ) -> skia.textlayout.ParagraphBuilder:
        family = self._book.family(style.face, style.weight, size_px)
        layout = _paragraph_style(family, size_px, line_px(style, size_px, text), alignment)
        return textlayout.ParagraphBuilder.make(layout, self._collection, self._unicode)

    def _add(
        self,
        builder: skia.textlayout.ParagraphBuilder,
        passage: Passage,
        style: TypeStyle,
        size_px: float,
        tracking_px: float,
    ) -> None:
        for run, kind in passage.runs:
            families = self._families(passage.faces, kind, style.weight, size_px)
            size = size_px * EMOJI_SCALE if kind is Kind.EMOJI else size_px
            weight = REGULAR if kind is Kind.EMOJI else style.weight
            ink = (style.color.argb, size, tracking_px, weight)
            builder.pushStyle(_run_style(families, self._language_code, *ink))
            builder.addText(run)
            builder.pop()

    def _alignment(self, style: TypeStyle) -> skia.textlayout.TextAlign:
        if style.is_centered:
            return textlayout.TextAlign.kCenter
        return textlayout.TextAlign.kRight if self.right_to_left else textlayout.TextAlign.kLeft

    def _families(
        self, faces: tuple[str, ...], kind: Kind, weight: int, size_px: float
    ) -> tuple[str, ...]:
        if kind is Kind.EMOJI:
            faces = (EMOJI, *(name for name in faces if name != EMOJI))
        elif kind is Kind.HAN:
            faces = tuple(sorted(faces, key=lambda name: name not in HAN_FACES))
        return tuple([self._book.family(name, weight, size_px) for name in faces])


def _shortened(text: str) -> str:
    """Cut off what no design can show, and say so for one that has the room to show the rest."""
    if len(text) <= MAX_SHAPED_CHARACTERS:
        return text
    end = text.rfind(" ", MAX_SHAPED_CHARACTERS - MAX_WORD_RETREAT_CLUSTERS, MAX_SHAPED_CHARACTERS)
    return text[: end if end > 0 else MAX_SHAPED_CHARACTERS] + ELLIPSIS


# Styles are copied by who takes them, so that one may serve many paragraphs.
@lru_cache(MAX_CACHED_STYLES)
def _paragraph_style(
    family: str, size_px: float, height_px: int, alignment: skia.textlayout.TextAlign
) -> skia.textlayout.ParagraphStyle:
    strut = textlayout.StrutStyle()
    strut.setStrutEnabled(True)
    strut.setForceStrutHeight(True)
    strut.setFontFamilies([skia.String(family)])
    strut.setFontSize(size_px)
    strut.setHeightOverride(True)
    strut.setHeight(height_px / size_px)
    strut.setHalfLeading(True)
    paragraph = textlayout.ParagraphStyle()
    paragraph.setStrutStyle(strut)
    paragraph.setTextAlign(alignment)
    return paragraph


@lru_cache(MAX_CACHED_STYLES)
def _run_style(
    families: tuple[str, ...],
    language_code: str,
    argb: int,
    size_px: float,
    tracking_px: float,
    weight: int,
) -> skia.textlayout.TextStyle:
    run = textlayout.TextStyle()
    # Faces of one weight only are thickened by Skia where a bold one is asked for.
    width, slant = skia.FontStyle.kNormal_Width, skia.FontStyle.kUpright_Slant
    run.setFontStyle(skia.FontStyle(weight, width, slant))
    run.setFontFamilies([skia.String(family) for family in families])
    run.setFontSize(size_px)
    run.setColor(argb)
    run.setLetterSpacing(tracking_px)
    run.setLocale(skia.String(language_code))
    return run
