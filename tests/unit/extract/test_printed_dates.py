"""Days of publication that a page only shows, and days of something else."""

from __future__ import annotations

import pytest

from og_extract.read.choosing.page import Field
from og_extract.read.values.dates import tomorrow
from tests.unit.extract.reading import URL, article, day, ld, meta, read

HEAD = "<title>News of bees</title><h1>News of bees</h1>"
PROSE = "<p>" + "Bees fly. " * 60 + "</p>"
MAY_17 = (2024, 5, 17)


@pytest.mark.parametrize(
    "html",
    [
        HEAD + "<p>17. Mai 2024</p>",
        HEAD + "<p>By Ann Lee | 17 May 2024 | 5 comments</p>",
        HEAD + "<div><span>17</span> <span>May</span> <span>2024</span></div>",
        HEAD + "<p>17.05.24, 10:30</p>",
        HEAD + '<p><time datetime="2024-05-17T10:00">yesterday</time></p>',
        HEAD + "<p>Updated: 20 May 2024</p><p>Published: 17 May 2024</p>",
        HEAD + "<p>17 May 2024 (updated 20 May 2024)</p>",
        HEAD + "<p>Meadowtown, 17. Mai 2024 - " + "Bees fly. " * 60,
        "<p>17 May 2024</p>" + HEAD + PROSE,
        "<div><p>1 May 2020</p></div><div><p>17 May 2024</p>" + HEAD + "</div>" + PROSE,
        HEAD + PROSE * 40 + "<p>Stand: <b>17.05.2024</b></p>",
        HEAD + PROSE * 40 + '<p class="entry-date">17 May 2024</p>',
        HEAD + PROSE * 40 + '<p><abbr class="published" title="2024-05-17">a while ago</abbr></p>',
        HEAD + '<script>state = {"publishedAt": "2024-05-17T10:00:00Z"}</script>',
        # What is printed below the headline is what readers take for the day.
        HEAD + "<p>17 May 2024</p>" + article(datePublished="2024-06-30"),
        HEAD + PROSE * 2 + "<p>30 June 2024</p>" + article(datePublished="2024-05-17"),
        "<p>30 June 2024</p>" + HEAD + article(datePublished="2024-05-17"),
        # Unless the data have that as the day of a change.
        HEAD + "<p>30 May 2024" + article(datePublished="2024-05-17", dateModified="2024-05-30"),
        HEAD + "<p>17 May 2024" + article(datePublished="2024-06-30", dateModified="2024-06-30"),
        HEAD + "<p>05.17.24</p>",
    ],
)  # fmt: skip
def test_the_day_by_the_headline_is_that_of_the_page(html: str) -> None:
    assert day(read(html)) == MAY_17


@pytest.mark.parametrize(
    "html",
    [
        HEAD + "<p>Updated 17 May 2024</p>",
        HEAD + "<p>Zuletzt geändert</p><p>17. Mai 2024</p>",
        HEAD + f"<p>{tomorrow().year + 2}-01-01</p>",
        HEAD + "<p>Bees.</p>" * 16 + "<p>17 May 1999</p><p>20 June 2000</p>",
        HEAD + "<p>Bees.</p>" * 16 + "<p>The act of 17 May 1935, on bees</p>",
        HEAD + "<p>17 May 2024</p>"
        + ld({"@type": "Event", "name": "News of bees", "startDate": "2024-05-17T20:00"}),
        HEAD + "<p>Issue 12 of 2024, 40 pages</p>",
        HEAD + PROSE * 40 + '<b class="date">17 May 2024</b> <b class="date">18 May 2024</b>',
        HEAD + PROSE * 40 + '<div class="comments"><b class="date">17 May 2024</b></div>',
        HEAD + PROSE * 40 + '<footer><p class="date">17 May 2024</p></footer>',
        HEAD + PROSE * 40 + '<p class="modified-date">17 May 2024</p>',
        HEAD + '<script>[{"publishDate": "2024-05-17"}, {"publishDate": "2024-05-18"}]</script>',
        HEAD + '<article><time class="updated" datetime="2024-05-17"></time></article>' + PROSE,
    ],
)  # fmt: skip
def test_days_of_something_else_date_no_page(html: str) -> None:
    assert day(read(html)) is None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/2024/05/17/bees", MAY_17),
        ("/2024-05-17-bees", MAY_17),
        ("/news/20240517/bees", MAY_17),
        ("/2024/05/bees", None),
        ("/12345678/bees", None),
    ],
)
def test_an_address_may_hold_the_day(path: str, found: tuple[int, int, int] | None) -> None:
    assert day(read("<p>x</p>", "https://a.com" + path)) == found


@pytest.mark.parametrize("data", ["", article(datePublished="2024-05-17")])
def test_a_printed_day_that_address_and_data_contradict_is_another(data: str) -> None:
    url = "https://meadow-post.com/2024/05/17/bees"
    assert day(read(HEAD + "<p>18 May 2024</p>" + data, url)) == MAY_17
    assert day(read(HEAD + "<p>16 May 2024</p>" + article(datePublished="2024-05-16"), url)) == (
        (2024, 5, 16)
    )


@pytest.mark.parametrize(
    ("lang", "printed"),
    [
        ("ar", "الجمعة 17 مايو 2024"),
        ("cs", "17. května 2024"),
        ("el", "17 Μαΐου 2024"),
        ("fi", "17. toukokuuta 2024"),
        ("hu", "2024. május 17."),
        ("id", "17 Mei 2024"),
        ("ja", "2024年5月17日"),
        ("ko", "2024년 5월 17일"),
        ("pt-BR", "17 de maio de 2024"),
        ("ru", "17 мая 2024"),
        ("th", "17 พฤษภาคม 2567"),
        ("tr", "17 May\u0131s 2024"),
        ("uk", "17 травня 2024"),
    ],
)
def test_days_are_read_in_the_language_of_the_page(lang: str, printed: str) -> None:
    assert day(read(f'<html lang="{lang}">{HEAD}<p>{printed}</p>')) == MAY_17


def test_slashes_mean_what_they_mean_in_the_country_of_the_site() -> None:
    html = f'<html lang="en">{HEAD}<p>3/4/2020</p>'
    assert day(read(html)) == (2020, 3, 4)
    assert day(read(html, "https://meadow-post.co.uk/news/bees")) == (2020, 4, 3)


def test_drupals_rdfa_is_read() -> None:
    page = read(
        '<div typeof="sioc:Item foaf:Document"><span property="dc:title" content="News of bees">'
        '</span><b property="dc:date dc:created" content="2024-05-17T10:00">Fri</b></div>'
    )
    assert page.fields["publishedAt"] == Field("rdfa:created", day=MAY_17)


def test_where_the_day_was_found_is_told() -> None:
    assert read(HEAD + "<p>17 May 2024</p>", URL).fields["publishedAt"] == Field(
        "date:below-headline", day=MAY_17
    )
    assert day(read(meta(article__published_time="2024-05-17") + ld({}))) == MAY_17
