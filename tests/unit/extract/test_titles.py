"""Which of the things that could be a page's title is one."""

from __future__ import annotations

import pytest

from og_extract.read.choosing.page import Field
from tests.unit.extract.reading import article, ld, meta, product, read, text

SITE = meta(og__site_name="Meadow Post")


@pytest.mark.parametrize(
    ("html", "title"),
    [
        # The headline that people see, where tags have a variant of it.
        ("<title>Bees in spring: all you need to know</title><h1>Bees in spring</h1>",
         "Bees in spring"),
        (meta(og__title="10 things on bees and honey") + "<h1>Bees make honey all summer</h1>",
         "10 things on bees and honey"),
        (meta(og__title="Wild bees swarm") + "<h1>Wild bees swarm through town</h1>",
         "Wild bees swarm through town"),
        ('<title>x</title><h1>Bees fly</h1><div itemprop="headline">News of bees</div>',
         "News of bees"),
        # What is no headline.
        ("<title>Bees fly home | Nature today | Post</title><h1>Nature today</h1>",
         "Bees fly home | Nature today | Post"),
        ("<title>Bees fly home</title><h1>Sections</h1>", "Bees fly home"),
        ("<title>Bees fly home</title><h1>Bees fly …</h1>", "Bees fly home"),
        ("<title>Bees fly</title>" + SITE + "<h1>Meadow Post</h1>", "Bees fly"),
        ("<title>Bees fly home</title><div hidden><h1>Bees fly</h1></div>", "Bees fly home"),
        # Of several, the one that tags repeat.
        ("<title>Bees fly home | Bees of Post</title>" + meta(og__title="Bees fly home")
         + "<h1>Bees of Post</h1><h1>Bees fly home</h1>", "Bees fly home"),
        ("<title>Bees by letters: Meadow-Post.com</title><h1>Meadow-Post.com - By letters</h1>",
         "Bees by letters"),
        ("<title>Jar 12 | Honey</title><h1>Tall vessel</h1>" + product(name="Tall vessel", sku="1"),
         "Tall vessel"),
        ("<title>Tall vessel - Jars - 7 days of deals</title>"
         + meta(og__title="Look at this vessel!") + product(name="Tall vessel", sku="1"),
         "Tall vessel"),
        ('<title>Bees fly</title><h1><b>Bees fly</b><br><i class="c-small">Ann Lee</i></h1>',
         "Bees fly"),
        # The line over a headline.
        ('<title>Bees fly home</title><h1><span class="kicker">Nature</span> Bees fly home</h1>',
         "Bees fly home"),
        ('<title>Bees</title><h1><b class="x__roofline">Spring</b>Bees fly by news</h1>',
         "Bees fly by news"),
        ("<title>Bees fly home</title><h1>Bees fly home <small>All on their way</small></h1>",
         "Bees fly home"),
        # A title without a heading of the first order.
        ('<title>Bees fly home - Ann writes</title><h3 class="post-title">Bees fly home</h3>',
         "Bees fly home"),
        ('<title>蜜蜂回家了-草地网</title><div class="h-title">蜜蜂回家了</div>', "蜜蜂回家了"),
        ("<title>Bees fly home - Ann writes</title><h2>Wasps sting back</h2>",
         "Bees fly home - Ann writes"),
        # Tags that only name the site.
        ("<title>Meadow Post</title>" + SITE + "<h1>Wasps</h1>", "Wasps"),
        (meta(og__title="{{ page.title }}") + "<title>Bees</title>", "Bees"),
    ],
)  # fmt: skip
def test_a_title_is_the_headline_that_people_see(html: str, title: str) -> None:
    assert text(read(html), "title") == title


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Bees fly | Meadow Post Online</title>", "Bees fly"),
        ("<title>Bees fly (Meadow-Post)</title>", "Bees fly"),
        ('<title>Bees fly • Field</title><link type="application/rss+xml" title="Field » Feed">',
         "Bees fly"),
        ('<title>Bees fly - The Field</title><a rel="home" href="/">The Field</a>', "Bees fly"),
        ('<title>Bees fly - Field</title><p class="logo"><img alt="Field" src="/l.png"></p>',
         "Bees fly"),
        ("<title>Bees fly - The Field</title>", "Bees fly - The Field"),
        ("<title>Bees - Meadow Post opens its new house by the river</title>",
         "Bees - Meadow Post opens its new house by the river"),
    ],
)  # fmt: skip
def test_the_sites_name_is_taken_off_whichever_way_the_page_tells_it(html: str, title: str) -> None:
    assert text(read(html), "title") == title


def test_a_host_is_recognised_in_its_umlauts() -> None:
    page = read("<title>Bienen fliegen | Wiesen für Alle</title>", "https://wiesenfueralle.de/b")
    assert page.fields["title"] == Field("title", text="Bienen fliegen")
    assert page.fields["siteName"] == Field("title:segment", text="Wiesen für Alle")


def test_a_front_page_may_be_called_by_its_sites_name() -> None:
    page = read("<title>Meadow Post</title><h1>Welcome!</h1>" + SITE, "https://meadow-post.com/")
    assert text(page, "title") == "Meadow Post"


def test_of_a_recipe_in_html_its_own_data_speak() -> None:
    page = read(
        meta(og__title="BEST honey cake EVER", og__description="Click here")
        + '<div itemscope itemtype="https://schema.org/Recipe"><h2 itemprop="name">Honey cake</h2>'
        '<p itemprop="description">Sweet.</p><b itemprop="author">Ann</b></div>'
    )
    assert page.fields["title"] == Field("microdata:recipe.name", text="Honey cake")
    assert page.fields["description"] == Field("microdata:recipe.description", text="Sweet.")


def test_the_picture_of_a_recipe_is_its_own_unless_it_is_part_of_a_post() -> None:
    recipe = {"@type": "Recipe", "name": "Honey cake", "image": ["/whole.png", "/cut.png"]}
    tags = meta(og__image="/card.png")
    alone, in_post = read(tags + ld(recipe)), read(tags + ld({**recipe, "isPartOf": {"@id": "#"}}))
    assert alone.image_candidates["image"][0].endswith("/whole.png")
    assert in_post.image_candidates["image"][0].endswith("/card.png")


PARAGRAPH = "Bees fly from one flower to the next, and they do so as long as the summer lasts."


@pytest.mark.parametrize(
    ("html", "description"),
    [
        (f"<p>We use cookies. {PARAGRAPH}</p><h1>News of bees</h1><p>{PARAGRAPH}</p>", PARAGRAPH),
        (f'<h1>News of bees</h1><p>Oh! {PARAGRAPH}</p><div class="article-lead">{PARAGRAPH}</div>',
         PARAGRAPH),
        (article(description="$description") + f"<p>{PARAGRAPH}</p>", PARAGRAPH),
    ],
)  # fmt: skip
def test_a_description_that_no_tag_gives_is_what_the_text_begins_with(
    html: str, description: str
) -> None:
    assert text(read(html), "description") == description


@pytest.mark.parametrize(
    "mark",
    ['<a class="headerlink" href="#setup">¶</a>', '<a class="anchor" href="#setup">#</a>'],
)
def test_the_mark_that_links_to_a_heading_is_no_part_of_it(mark: str) -> None:
    og_title = meta(og__title="Setup")
    assert text(read(f"{og_title}<h1>Setup{mark}</h1><p>First.</p>"), "title") == "Setup"
    assert text(read(f"{og_title}<h1>{mark} Setup</h1><p>First.</p>"), "title") == "Setup"


def test_one_word_for_a_network_describes_less_than_the_pages_own_sentence() -> None:
    plain = '<meta name="description" content="Bees fly home.">'
    page = read(meta(og__description="PHOTO") + plain)
    assert text(page, "description") == "Bees fly home."
    assert text(read(meta(og__description="PHOTO")), "description") == "PHOTO"
