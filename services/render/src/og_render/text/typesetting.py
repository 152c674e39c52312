"""Sets the texts of a card: faces, direction, shaping."""

from __future__ import annotations

from collections.abc import Iterable

import skia

from og_render.color.colors import Color
from og_render.text import scripts
from og_render.text.fitting import Fitting, TextBlock
from og_render.text.fonts import EMOJI, HAN_FACES, FontBook
from og_render.text.prose import Kind, Prose, clean, prose
from og_render.text.styles import TypeStyle, line_px

textlayout = skia.textlayout

# More than the smallest step of any design can show; longer texts are cut before they are shaped.
MAX_SHAPED_CHARACTERS = 700
# Emoji are drawn wider than high letters are; at this size they sit in a line like letters do.
EMOJI_SCALE = 0.86
_ISOLATE_RIGHT_TO_LEFT, _END_ISOLATE = "\u2067", "\u2069"


class Typesetter:
    """Sets the texts of one card."""

    def __init__(self, book: FontBook, language_code: str, *, right_to_left: bool = False) -> None:
        self._book = book
        self._language_code = language_code
        self.right_to_left = right_to_left
        self.han_face = "sc"
        self._unicode = skia.Unicodes.ICU.Make()
        # One collection a card: what its caches hold cannot reach another card.
        self._collection = textlayout.FontCollection()
        self._collection.setDefaultFontManager(book.provider)

    def block(self, text: str, style: TypeStyle, width: float, height: float) -> TextBlock | None:
        """Set text in a box; None where not one line fits or nothing is left to draw."""
        cleaned = clean(text)
        shaped = cleaned[:MAX_SHAPED_CHARACTERS]
        self.han_face = scripts.han_face(self._language_code, shaped)
        whole = prose(shaped, self._book, self.han_face, style.face)
        if not whole.clusters:
            return None
        return Fitting(self, whole, style, width, height).best()

    def paragraph(self, text: Prose, style: TypeStyle, size_px: float) -> skia.textlayout.Paragraph:
        """Shape text at a size; lines are `line_px` high whatever faces they use."""
        plain = str(text)
        builder = textlayout.ParagraphBuilder.make(
            self._paragraph_style(style, size_px, plain), self._collection, self._unicode
        )
        backwards = scripts.is_right_to_left(plain, self._language_code)
        tracking = style.tracking_em * size_px if scripts.may_be_tracked(plain) else 0.0
        if backwards:
            builder.addText(_ISOLATE_RIGHT_TO_LEFT)
        for run, kind in text.runs():
            families = self._families(text.faces, kind, style.weight, size_px)
            size = size_px * EMOJI_SCALE if kind is Kind.EMOJI else size_px
            builder.pushStyle(_run_style(families, style, size, tracking, self._language_code))
            builder.addText(run)
            builder.pop()
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
        layout = self._paragraph_style(style, size_px, plain)
        layout.setTextAlign(textlayout.TextAlign.kLeft)
        builder = textlayout.ParagraphBuilder.make(layout, self._collection, self._unicode)
        for text, color in runs:
            if text == "\n":
                builder.addText(text)
                continue
            piece = prose(text, self._book, han_face, style.face)
            for run, kind in piece.runs():
                families = self._families(piece.faces, kind, style.weight, size_px)
                size = size_px * EMOJI_SCALE if kind is Kind.EMOJI else size_px
                inked = style.in_color(color)
                builder.pushStyle(_run_style(families, inked, size, 0, self._language_code))
                builder.addText(run)
                builder.pop()
        return builder.Build()

    def _paragraph_style(
        self, style: TypeStyle, size_px: float, plain: str
    ) -> skia.textlayout.ParagraphStyle:
        family = self._book.family(style.face, style.weight, size_px)
        strut = textlayout.StrutStyle()
        strut.setStrutEnabled(True)
        strut.setForceStrutHeight(True)
        strut.setFontFamilies([skia.String(family)])
        strut.setFontSize(size_px)
        strut.setHeightOverride(True)
        strut.setHeight(line_px(style, size_px, plain) / size_px)
        strut.setHalfLeading(True)
        paragraph = textlayout.ParagraphStyle()
        paragraph.setStrutStyle(strut)
        paragraph.setTextAlign(self._alignment(style))
        return paragraph

    def _alignment(self, style: TypeStyle) -> skia.textlayout.TextAlign:
        if style.is_centered:
            return textlayout.TextAlign.kCenter
        return textlayout.TextAlign.kRight if self.right_to_left else textlayout.TextAlign.kLeft

    def _families(
        self, faces: tuple[str, ...], kind: Kind, weight: int, size_px: float
    ) -> list[str]:
        first: tuple[str, ...] = ()
        if kind is Kind.EMOJI:
            first = (EMOJI,)
        elif kind is Kind.HAN:
            first = tuple(name for name in faces if name in HAN_FACES)
        names = [*first, *(name for name in faces if name not in first)]
        return [self._book.family(name, weight, size_px) for name in names]


def _run_style(
    families: list[str], style: TypeStyle, size_px: float, tracking_px: float, language_code: str
) -> skia.textlayout.TextStyle:
    run = textlayout.TextStyle()
    run.setFontFamilies([skia.String(family) for family in families])
    run.setFontSize(size_px)
    run.setColor(style.color.argb)
    run.setLetterSpacing(tracking_px)
    run.setLocale(skia.String(language_code))
    return run
