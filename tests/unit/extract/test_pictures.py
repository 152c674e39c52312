"""Pictures of pages that name none."""

from __future__ import annotations

import pytest

from tests.unit.extract.reading import meta, read

HEAD = "<title>News of bees</title><article><h1>News of bees</h1>"
PHOTO = '<img src="/bees.jpg">'


def picture(html: str) -> str | None:
    urls = read(html).image_candidates["image"]
    return urls[0].rpartition("/")[2] if urls else None


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (HEAD + PHOTO, "bees.jpg"),
        (HEAD + '<img src="data:," data-src="/bees.jpg" width="640">', "bees.jpg"),
        ("<title>News of bees</title><h1>News of bees</h1><div class=post-content>" + PHOTO,
         "bees.jpg"),
        (HEAD + '<img src="/icon.png"><img src="/x.png" width="32"><img src="/dot.gif" hidden>'
         '<img src="/a.png" class="avatar">' + PHOTO, "bees.jpg"),
        (HEAD + '<aside class="related">' + PHOTO + "</aside>", None),
        ("<article>" + PHOTO + "</article><title>News of bees</title><h1>News of bees</h1>", None),
        ("<title>News of bees</title><h1>News of bees</h1>" + PHOTO, None),
        (meta(og__image="/card.png") + HEAD + PHOTO, "card.png"),
    ],
)  # fmt: skip
def test_the_first_picture_in_the_text_stands_in(html: str, found: str | None) -> None:
    assert picture(html) == found


def test_it_is_no_candidate_where_the_page_names_one() -> None:
    page = read(meta(og__image="/card.png") + HEAD + PHOTO)
    assert page.image_candidates["image"] == ["https://www.meadow-post.com/card.png"]
