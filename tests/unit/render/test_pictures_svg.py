from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image

from og_render.pictures.opening import UnreadablePictureError, open_picture
from og_render.pictures.svg_cost import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_SVG_BYTES,
    MAX_TEXT_CHARACTERS,
)
from tests.unit.render.pictures import encoded, pixel, svg

BLUE = (0, 0, 255, 255)
SQUARE = '<rect width="8" height="8" fill="#00f"/>'
GRADIENT = '<linearGradient id="g"><stop stop-color="#00f"/></linearGradient>'
NAMED = '<svg xmlns="http://www.w3.org/2000/svg" {}>' + SQUARE + "</svg>"


def middle(data: bytes) -> tuple[int, ...]:
    return pixel(open_picture(data).within(40, 40), 20, 20)


def uses(levels: int, each: int) -> str:
    nested = "".join(
        f'<g id="g{level}">' + f'<use href="#g{level - 1}"/>' * each + "</g>"
        for level in range(1, levels)
    )
    return f'<defs><g id="g0">{SQUARE}</g>{nested}</defs><use href="#g{levels - 1}"/>'


def patterns(levels: int) -> str:
    tile = '<pattern id="p{}" width="1" height="1" patternUnits="userSpaceOnUse">{}</pattern>'
    inner = '<rect width="8" height="8" fill="url(#p{})"/>'
    return "".join(tile.format(at, inner.format(at - 1) * 10) for at in range(1, levels)) + SQUARE


@pytest.mark.parametrize(
    "inside",
    [
        SQUARE,
        f'<g id="a">{SQUARE}</g><use xlink:href="#a"/>',
        '<style>.a{fill:#00f}</style><rect class="a" width="8" height="8"/>',
        "<style><![CDATA[.a,.b{fill:url(#g)}]]></style>" + GRADIENT
        + '<rect class="b" width="8" height="8"/>',
        GRADIENT + '<rect style="fill:url( \'#g\' )" width="8" height="8"/>',
        ('<clipPath id="c"><circle cx="4" cy="4" r="3"/></clipPath>'
         f'<g clip-path="url(#c)">{SQUARE}</g>'),
        # Left out: a shadow, dashes; the logo stays.
        f'<filter id="f"><feTurbulence numOctaves="999"/></filter><g filter="url(#f)">{SQUARE}</g>',
        '<path d="M0 4H8" stroke="#00f" stroke-width="8" stroke-dasharray=".0001 9"/>',
        f"<metadata>{'x' * 2_000}</metadata><title>Logo</title>{SQUARE}",
    ],
)  # fmt: skip
def test_what_logos_are_made_of_is_drawn(inside: str) -> None:
    assert middle(svg(inside)) == BLUE


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n <!-- logo -->", b"<?xml version='1.0'?>"])
def test_an_svg_is_known_by_its_content(before: bytes) -> None:
    assert middle(before + svg(SQUARE)) == BLUE


def test_a_doctype_is_no_harm() -> None:
    public = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:1/svg11.dtd">'
    assert middle(public + svg(SQUARE)) == BLUE


def test_words_are_set_in_our_own_face() -> None:
    words = svg('<text y="7" font-size="9" font-family="Comic Sans MS">MMM</text>')
    drawn = open_picture(words).within(40, 40)
    assert max(pixel(drawn, x, 20)[3] for x in range(40)) > 200


@pytest.mark.parametrize(
    ("attributes", "proportions"),
    [
        ('width="400" height="100"', 4),
        ('viewBox="0 0 10 20"', 0.5),
        ('width="100%" height="100%"', 1),
        ('width="1em" height="1em" viewBox="0 0 9 9"', 1),
        ('viewBox="0 0 1000000000 1000000000"', 1),
    ],
)
def test_proportions_are_kept_within_bounds(attributes: str, proportions: float) -> None:
    drawing = NAMED.format(attributes).replace('"8"', '"100%"')
    width, height = open_picture(drawing.encode()).size
    assert max(width, height) == 768
    assert width / height == pytest.approx(proportions, rel=0.02)


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server and what it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


LOADING = [
    '<image href="{}" width="8" height="8"/>',
    '<image xlink:href="{}" width="8" height="8"/>',
    '<s:image xmlns:s="http://www.w3.org/2000/svg" href="{}" width="8" height="8"/>',
    '<filter id="f"><feImage href="{}"/></filter><rect width="8" height="8" filter="url(#f)"/>',
    '<pattern id="p" width="8" height="8"><image href="{}" width="8" height="8"/></pattern>',
    "<style>@import url({});</style>",
    '<use href="{}#a"/>',
    '<rect width="8" height="8" fill="url({}#a)"/>',
    '<?xml-stylesheet href="{}"?>',
    '<script href="{}"/>',
    '<foreignObject width="8" height="8"><img src="{}"/></foreignObject>',
]  # fmt: skip


@pytest.mark.parametrize("loading", LOADING)
def test_nothing_is_loaded(
    loading: str,
    asked: tuple[str, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, paths = asked
    red = tmp_path / "red.png"
    red.write_bytes(encoded(Image.new("RGB", (8, 8), "#ff0000"), "PNG"))
    monkeypatch.chdir(tmp_path)
    for href in (f"{address}/red.png", red.as_uri(), str(red), "red.png", "../" + red.name):
        try:
            red_part = pixel(
                open_picture(svg(SQUARE + loading.format(href))).within(40, 40), 20, 20
            )
        except UnreadablePictureError:
            continue
        assert red_part[0] == 0
    assert not paths


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>"),
        b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text>&a;</text>"),
        b'<!DOCTYPE s [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>' + svg(SQUARE),
        svg(uses(12, 10)),
        svg(uses(MAX_DEPTH + 1, 1)),
        svg('<g id="a"><use href="#a"/></g>'),
        svg('<g id="a"/>' + uses(12, 10).replace('id="g11"', 'id="a"').replace("#g11", "#a")),
        svg(patterns(9)),
        svg('<pattern id="p" width="1e5" height="1e5"><path/></pattern><rect fill="url(#p)"/>'),
        svg("<g>" * 900 + SQUARE + "</g>" * 900),
        svg(f'<g opacity=".9">{SQUARE}</g>' * 900),
        svg("<style>rect{opacity:.9}</style>" + SQUARE * 900),
        svg('<mask id="m"><path/></mask>' + '<rect width="8" height="8" mask="url(#m)"/>' * 900),
        svg("<g/>" * (MAX_ELEMENTS + 1)),
        svg("<rect " + "".join(f'a{at}=""' for at in range(MAX_ATTRIBUTES + 1)) + "/>"),
        svg(f"<text>{'a' * (MAX_TEXT_CHARACTERS + 1)}</text>"),
        svg("<style>" + ".a{x:y}" * 9_000 + "</style>" + "<rect/>" * 9_000),
        svg(SQUARE) + b" " * MAX_SVG_BYTES,
        NAMED.format('width="1" height="1000000000"').encode(),
        NAMED.format('width="0" height="0"').encode(),
        svg(SQUARE)[:-5],
        svg(SQUARE).decode().encode("utf-16"),
        b"<svg",
        b"\x1f\x8b" + svg(SQUARE),
        b"<html><body><svg xmlns='http://www.w3.org/2000/svg'/></body></html>",
    ],
    ids=lambda data: data[:90].decode("latin-1"),
)
def test_what_would_load_take_long_or_is_no_svg_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        open_picture(data)
