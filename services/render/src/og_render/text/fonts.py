"""Every face the cards use, out of Python packages; the system's fonts are never asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path

import skia

REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
LATIN = "Inter"
SERIF, SERIF_ITALIC = "SourceSerif4", "SourceSerif4-Italic"
MONO = "JetBrainsMono"
EMOJI = "NotoColorEmoji"
# Drawn in the colour of the text, where a selector asks for that.
TEXT_EMOJI = "NotoEmoji"
MAX_CACHED_CLUSTERS = 4_096
# Optical sizes: letters for headlines are drawn tighter and finer (opsz axis).
DISPLAY_FROM_PX = 32
_OPTICAL_SIZES = {"text": 14.0, "display": 32.0}
_OPTICAL_FACES = (LATIN, SERIF, SERIF_ITALIC)
# Faces of one collection file, by the index at which they stand in it.
HAN_FACES = {"jp": 0, "kr": 1, "sc": 2, "tc": 3, "hk": 4}
_BEFORE_RARE = ("NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansThai")


@dataclass(frozen=True)
class Face:
    """One file of letters, or one of the faces in a collection file."""

    name: str
    path: Path
    index: int = 0
    is_variable: bool = True


def _folder(package: str, inside: str) -> Path:
    return Path(str(distribution(package).locate_file(inside)))


def _catalogue() -> dict[str, Face]:
    """Name every face, in the order in which they are asked for a character."""
    noto = _folder("manimgx-fonts", "manimgx_fonts")
    cjk = _folder("manimgx-fonts-cjk", "manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"
    assets = _folder("dynamic-font", "dynamic_font/assets/fonts")
    faces = [Face(LATIN, _folder("fontpkg-inter", "fontpkg_inter/files") / "Inter[opsz,wght].ttf")]
    variable = {path.name.removesuffix("[wght].ttf"): path for path in sorted(noto.glob("*.ttf"))}
    apart = {TEXT_EMOJI, "NotoSans-Italic", *_BEFORE_RARE}
    names = [*_BEFORE_RARE, *(name for name in variable if name not in apart)]
    faces += [Face(name, variable[name]) for name in names]
    faces += [Face(name, cjk, index) for name, index in HAN_FACES.items()]
    rare = sorted((assets / "fallback").glob("*.ttf"))
    faces += [Face(path.stem, path, is_variable=False) for path in rare]
    serif = _folder("fontpkg-source-serif-4", "fontpkg_source_serif_4/files")
    mono = _folder("fontpkg-jetbrains-mono", "fontpkg_jetbrains_mono/files")
    faces.append(Face(SERIF, serif / "SourceSerif4[opsz,wght].ttf"))
    faces.append(Face(SERIF_ITALIC, serif / "SourceSerif4-Italic[opsz,wght].ttf"))
    faces.append(Face(MONO, mono / "JetBrainsMono[wght].ttf"))
    faces.append(Face(TEXT_EMOJI, variable[TEXT_EMOJI]))
    faces.append(Face(EMOJI, assets / "NotoColorEmoji-Regular.ttf", is_variable=False))
    return {face.name: face for face in faces}


@dataclass(eq=False)
class FontBook:
    """Opens faces when a text first needs them.

    What a text is drawn with depends on its own characters only, never on what was opened before:
    every paragraph names the faces it may use.
    """

    faces: dict[str, Face] = field(default_factory=_catalogue)

    def __post_init__(self) -> None:
        # Opens files without asking the system which fonts there are.
        self._files = skia.FontMgr.New_Custom_Empty()
        self.provider = skia.textlayout.TypefaceFontProvider()
        self._registered: set[str] = set()
        self._opened: dict[str, skia.Typeface] = {}
        self.face_of = lru_cache(MAX_CACHED_CLUSTERS)(self._face_of)

    def family(self, name: str, weight: int, size_px: float) -> str:
        """Give the family name under which a face at a weight and size can be asked for."""
        face = self.faces[name]
        optical = "display" if size_px >= DISPLAY_FROM_PX else "text"
        if not face.is_variable:
            alias = name
        elif name in _OPTICAL_FACES:
            alias = f"{name}/{weight}/{optical}"
        else:
            alias = f"{name}/{weight}"
        if alias not in self._registered:
            typeface = self._weighted(face, weight, _OPTICAL_SIZES[optical])
            self.provider.registerTypeface(typeface, skia.String(alias))
            self._registered.add(alias)
        return alias

    def covers(self, name: str, characters: str) -> bool:
        """Whether a face has a glyph for each of the characters."""
        typeface = self._open(self.faces[name])
        return all(typeface.unicharToGlyph(ord(character)) for character in characters)

    def _face_of(self, characters: str, han_face: str, first: str = LATIN) -> str | None:
        """Name the first face that holds all the characters, Han in the region's own face."""
        for name in dict.fromkeys((first, LATIN, *_BEFORE_RARE, han_face, *self.faces)):
            if name != TEXT_EMOJI and self.covers(name, characters):
                return name
        return None

    def _open(self, face: Face) -> skia.Typeface:
        if face.name not in self._opened:
            self._opened[face.name] = self._files.makeFromFile(str(face.path), face.index)
        return self._opened[face.name]

    def _weighted(self, face: Face, weight: int, optical_size: float) -> skia.Typeface:
        typeface = self._open(face)
        if not face.is_variable:
            return typeface
        position = skia.FontArguments.VariationPosition
        coordinates = position.Coordinates()
        for tag, value in (("wght", float(weight)), ("opsz", optical_size)):
            coordinates.append(position.Coordinate(int.from_bytes(tag.encode(), "big"), value))
        arguments = skia.FontArguments()
        # Skia keeps a pointer to the position: it must outlive the call below.
        kept = position(coordinates)
        arguments.setVariationDesignPosition(kept)
        arguments.setCollectionIndex(face.index)
        return typeface.makeClone(arguments)
