"""Readers of meta tags: Open Graph, Twitter cards and the older ones."""

from __future__ import annotations

from collections.abc import Iterable

from og_extract.read.findings import Findings, RawPrice, RawRating
from og_extract.read.markup.document import Document
from og_extract.read.markup.words import PLACE_LABELS, READING_TIME

# Tags that are taken as they stand; a source has the name of its tag, "meta:" before plain ones.
OPEN_GRAPH = (
    "og:title",
    "og:description",
    "og:site_name",
    "og:locale",
    "og:url",
    "og:type",
    "article:author",
    "article:published_time",
    "og:article:published_time",
    "og:article:author",
    "og:published_time",
    "product:brand",
    "og:brand",
    "article:section",
    "product:category",
    "article:modified_time",
    "og:updated_time",
    "book:author",
    "book:release_date",
    "music:release_date",
    "music:duration",
    "video:release_date",
    "video:duration",
    "og:video:duration",
    "event:start_time",
    "product:availability",
    "og:availability",
)
OPEN_GRAPH_IMAGES = ("og:image:secure_url", "og:image", "og:image:url")
TWITTER = ("twitter:title", "twitter:description", "twitter:site")
TWITTER_IMAGES = ("twitter:image", "twitter:image:src")
PLAIN = (
    "title",
    "headline",
    "description",
    "application-name",
    "brand",
    "apple-mobile-web-app-title",
    "parsely-title",
    "parsely-pub-date",
    "sailthru.title",
    "sailthru.date",
    "byl",
    "dc.title",
    "dc.description",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dc.language",
    "dcterms.title",
    "dcterms.description",
    "dcterms.date",
    "dcterms.created",
    "dcterms.issued",
    "citation_publication_date",
    "bt:pubdate",
    "citation_online_date",
    "created",
    "creation_date",
    "datepublished",
    "date",
    "originalpublicationdate",
    "publication-date",
    "publication_date",
    "publishdate",
    "release_date",
    "rnews:datepublished",
    "pubdate",
    "publish-date",
    "publish_date",
    "article.published",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "last-modified",
    "dcterms.modified",
    "docsearch:version",
    "version",
    "readingtime",
    "language",
    "content-language",
)
# Each of several authors has a tag of their own.
AUTHORS = (
    "author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
)
_TWITTER_PAIRS = 4
# As the most used plugins write them, in the languages that these are used in.
_AUTHOR_LABELS = (
    "author",
    "autor",
    "by",
    "escrito por",
    "geschreven door",
    "geschrieben von",
    "napisane przez",
    "scritto da",
    "skrevet av",
    "skrevet af",
    "skriven av",
    "verfasst von",
    "written by",
    "écrit par",
    "автор",
    "yazan",
    "kirjoittanut",
    "作者",
)
_PRICE_LABELS = ("price", "preis", "prix", "precio", "prezzo")


def read_metas(document: Document, findings: Findings) -> None:
    """Note every known meta tag under its own name."""
    for name in (*OPEN_GRAPH, *OPEN_GRAPH_IMAGES, *TWITTER, *TWITTER_IMAGES):
        findings.add_all(name, document.metas.get(name, ()))
    for name in PLAIN:
        findings.add_all(f"meta:{name}", document.metas.get(name, ()))
    for name in AUTHORS:
        findings.add(f"meta:{name}", _joined(document.metas.get(name, ())))
    _read_prices(document, findings)
    _read_rating(document, findings)
    _read_twitter_labels(document, findings)


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name.strip(" ,") for name in names))


def _read_prices(document: Document, findings: Findings) -> None:
    for prefix in ("og:price", "product:price", "product:sale_price", "product:original_price"):
        amounts = document.metas.get(f"{prefix}:amount", ())
        currencies = document.metas.get(f"{prefix}:currency", ())
        for amount in amounts[:1]:
            currency = currencies[0] if currencies else ""
            findings.add(f"{prefix}:amount", RawPrice(amount, currency))


def _read_rating(document: Document, findings: Findings) -> None:
    values = document.metas.get("og:rating", ())
    if values:
        best = (document.metas.get("og:rating_scale") or [""])[0]
        count = (document.metas.get("og:rating_count") or [""])[0]
        findings.add("og:rating", RawRating(values[0], best, count))


def _read_twitter_labels(document: Document, findings: Findings) -> None:
    """Twitter cards name two facts by free labels."""
    for number in range(_TWITTER_PAIRS):
        labels = document.metas.get(f"twitter:label{number}", ())
        facts = document.metas.get(f"twitter:data{number}", ())
        if not labels or not facts:
            continue
        label = labels[0].strip().lower()
        if label in _AUTHOR_LABELS:
            findings.add("twitter:data", facts[0])
        elif label in _PRICE_LABELS:
            findings.add("twitter:price", RawPrice(facts[0]))
        elif READING_TIME.search(label):
            findings.add("twitter:reading-time", facts[0])
        elif label in PLACE_LABELS:
            findings.add("twitter:place", facts[0])
