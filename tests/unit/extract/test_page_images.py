"""The icons, tags and pictures that a page names."""

from __future__ import annotations

from tests.unit.extract.reading import article, meta, read


def test_card_tags_come_in_order_absolute_and_whatever_their_attribute() -> None:
    page = read(
        '<base href="/img/"><meta name="og:image" content="a.png">'
        '<meta property="twitter:image" content="//cdn.com/b.png">'
        '<meta property="OG:IMAGE" content="/c.png"><meta property="og:image" content="data:x">'
        '<meta property="og:image:width" content="1200">'
    )
    assert [(tag.property, tag.url) for tag in page.card_tags] == [
        ("og:image", "https://www.meadow-post.com/img/a.png"),
        ("twitter:image", "https://cdn.com/b.png"),
        ("og:image", "https://www.meadow-post.com/c.png"),
    ]


def test_card_tags_are_bounded() -> None:
    tags = "".join(f'<meta property="og:image" content="/{n}">' for n in range(40))
    assert len(read(tags).card_tags) == 16


def test_icons_come_best_first() -> None:
    page = read(
        '<link rel="shortcut icon" href="/f.ico"><link rel="icon" sizes="16x16" href="/16.png">'
        '<link rel="apple-touch-icon" href="/apple.png"><link rel="mask-icon" href="/mask.svg">'
        '<link rel="icon" sizes="512x512" href="/512.png"><link rel="icon" href="/i.svg">'
        '<link rel="icon" sizes="600x200" href="/wide.png"><link rel="icon" href="data:,">'
    )
    names = [url.rpartition("/")[2] for url in page.image_candidates["favicon"]]
    assert names == ["512.png", "apple.png", "i.svg", "f.ico", "16.png", "wide.png"]


def test_an_apple_icon_without_a_size_is_small_beside_those_with_one() -> None:
    page = read(
        '<link rel="apple-touch-icon" href="/plain.png"><link rel="icon" href="/57.png">'
        '<link rel="apple-touch-icon" sizes="114x114" href="/a.png">'
        '<link rel="apple-touch-icon-precomposed" href="/apple-72x72.png">'
    )
    names = [url.rpartition("/")[2] for url in page.image_candidates["favicon"]]
    assert names == ["a.png", "apple-72x72.png", "plain.png", "57.png"]


def test_pictures_by_field() -> None:
    tags = meta(og__image="/card.png", twitter__image="/x.png")
    person = {"name": "Ann Lee", "image": {"url": "/ann.png"}}
    page = read(tags + article(author=person, image=["/photo.png"]))
    assert page.image_candidates["image"][0] == "https://www.meadow-post.com/card.png"
    assert page.image_candidates["productImage"][0] == "https://www.meadow-post.com/photo.png"
    assert page.image_candidates["avatar"] == ["https://www.meadow-post.com/ann.png"]
