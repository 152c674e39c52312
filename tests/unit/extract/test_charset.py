from __future__ import annotations

import pytest

from og_extract.read.markup.charset import decode_page

HTML = "text/html"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("Grüße".encode(), HTML, "Grüße"),
        ("Grüße".encode(), "text/html; charset=iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "text/html; charset=utf-8", "Grüße"),
        ("Grüße".encode("cp1252"), HTML, "Grüße"),
        ("“so”".encode("cp1252"), "text/html; charset=iso-8859-1", "“so”"),
        ("привет".encode("cp1251"), 'text/html; charset="windows-1251"', "привет"),
        ("привет".encode("koi8-r"), "text/html;charset=KOI8-R", "привет"),
        ("日本語".encode("cp932"), "text/html; charset=Shift_JIS", "日本語"),
        ("中文".encode("gb18030"), "text/html; charset=gb2312", "中文"),
        ("Grüße".encode("utf-8-sig"), "text/html; charset=windows-1251", "Grüße"),
        ("Grüße".encode("utf-16"), HTML, "Grüße"),
        ("<html>Grüße".encode("utf-16-le"), HTML, "<html>Grüße"),
        ("<html>Grüße".encode("utf-16-be"), HTML, "<html>Grüße"),
        (b"", HTML, ""),
        ("Gr\xfc\xdfe".encode("latin-1"), "text/html; charset=rot13", "Grüße"),
        ("Gr\xfc\xdfe".encode("latin-1"), "text/html; charset=../../x", "Grüße"),
    ],
)
def test_text_is_read_as_it_was_meant(body: bytes, content_type: str, expected: str) -> None:
    assert decode_page(body, content_type) == expected


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="windows-1251">',
        "<meta charset=windows-1251>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<?xml version="1.0" encoding="windows-1251"?>',
        f'{"<!-- long -->" * 200}<meta charset="windows-1251">',
    ],
    ids=["charset", "unquoted", "http-equiv", "xml", "late"],
)
def test_a_page_may_declare_its_charset_itself(declaration: str) -> None:
    text = f"{declaration}<title>привет</title>"
    assert decode_page(text.encode("cp1251"), HTML) == text


def test_one_stray_byte_does_not_spoil_a_page() -> None:
    assert decode_page("Grüße ".encode() + b"\xff" + "für alle".encode(), HTML).startswith("Grüße")
