"""What a site is called."""

from __future__ import annotations

import pytest

from tests.unit.extract.reading import meta, read, text


@pytest.mark.parametrize(
    ("html", "name"),
    [
        # What <title> has besides the headline.
        (meta(og__title="Bees fly") + "<title>Bees fly- The Gazette</title>", "The Gazette"),
        ("<title>Bees fly - Gazette (Bee Keepers Society)</title><h1>Bees fly</h1>", "Gazette"),
        ("<title>Bees fly - Gazette, news since 1920</title><h1>Bees fly</h1>", "Gazette"),
        ("<title>\u871c\u8702\uff1aMeadow Post</title>", "Meadow Post"),
        ("<title>Bees fly - and come home when the evening is cool</title><h1>Bees fly</h1>",
         "meadow-post.com"),
        # What is declared as its name, and is none.
        (meta(og__site_name="@meadow") + "<title>Bees fly | Meadow Post</title>", "Meadow Post"),
        (meta(og__site_name="Bees fly - Meadow Post") + "<title>Bees fly - Meadow Post</title>",
         "Meadow Post"),
        (meta(og__site_name="meadow-post.com")
         + '<meta name="application-name" content="MeadowPost">', "MeadowPost"),
        # Names that look like those, and are names.
        (meta(og__site_name="meadow-post.com") + "<title>Bees</title>", "meadow-post.com"),
        (meta(og__site_name="Bees - Meadow Post") + "<title>Fly</title>", "Bees - Meadow Post"),
    ],
)  # fmt: skip
def test_a_site_is_called_as_it_writes_its_name(html: str, name: str) -> None:
    assert text(read(html), "siteName") == name


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<p>BEESANDWASPS: Bees And Wasps is read by beesandwasps</p>", "Bees And Wasps"),
        ("<p>\u00a9 BeesAndWasps, beesandwasps.com</p>", "BeesAndWasps"),
        ("<p>mail@BeesAndWasps.com, bees and wasps</p>", "blog.beesandwasps.com"),
    ],
)
def test_a_host_is_spelled_as_the_page_does(html: str, name: str) -> None:
    assert text(read(html, "https://blog.beesandwasps.com/x"), "siteName") == name
