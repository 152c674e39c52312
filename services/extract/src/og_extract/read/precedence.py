"""Where each field is looked for, best source first: the order that scored best on real pages.

A source's name is that of the reader's finding; the first one whose value is fit for its field
is taken, and its name is told to the caller.
"""

from __future__ import annotations

from typing import Final


def _in_data(name: str) -> tuple[str, ...]:
    """Look for a property of schema.org: in JSON-LD, then in the page's own markup."""
    return (f"jsonld:{name}", f"microdata:{name}", f"rdfa:{name}")


def _in_meta(names: str) -> tuple[str, ...]:
    """Look for plain meta tags, in this order."""
    return tuple(f"meta:{name}" for name in names.split())


# A recipe's data speak of the dish; its Open Graph tags are written for search engines.
TITLE: Final = (
    *_in_data("recipe.name"),
    "heading",
    "heading:like",
    "og:title",
    "twitter:title",
    "jsonld:headline",
    "jsonld:name",
    "title",
    *_in_meta("title headline parsely-title sailthru.title dc.title dcterms.title"),
    "microdata:headline",
    "microdata:name",
    "rdfa:headline",
    "rdfa:name",
    "h1",
    "title:any",
)

DESCRIPTION: Final = (
    *_in_data("recipe.description"),
    "og:description",
    "meta:description",
    "twitter:description",
    "jsonld:description",
    "jsonld:WebPage.description",
    "microdata:description",
    "rdfa:description",
    *_in_meta("dc.description dcterms.description"),
    "lede",
    "p",
)

PRINTED: Final = frozenset({"heading", "heading:like", "h1", "lede", "p"})
"""What is read from the body of a page, where people see it."""

SITE_NAME: Final = (
    "og:site_name",
    "jsonld:WebSite.name",
    "jsonld:publisher.name",
    "meta:application-name",
    "jsonld:Organization.name",
    "microdata:publisher.name",
    "microdata:WebSite.name",
    "microdata:Organization.name",
    "rdfa:WebSite.name",
    "meta:apple-mobile-web-app-title",
    "title:segment",
    "title:added",
    "host",
)

# What else a site is called by, to know its name in titles.
SITE_NAME_HINTS: Final = ("link:feed", "home")

AUTHOR: Final = (
    "jsonld:author",
    "jsonld:author.organisation",
    "jsonld:WebPage.author",
    *_in_meta("parsely-author sailthru.author byl author"),
    "article:author",
    "og:article:author",
    "book:author",
    *_in_meta("dc.creator dcterms.creator citation_author"),
    "twitter:data",
    "microdata:author",
    "microdata:author.organisation",
    "microdata:author.unseen",
    "microdata:WebPage.author",
    "rdfa:author",
    "rel:author",
    "text:by",
    "byline",
    "jsonld:Person.name",
    "byline:loose",
    "text:label",
)

# The day printed right below the headline is what readers take for the page's; where it differs
# from the one in data, that is of an upload, a revision or another version.
PUBLISHED_AT: Final = (
    "date:below-headline",
    "jsonld:datePublished",
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "jsonld:datePosted",
    "book:release_date",
    "music:release_date",
    "video:release_date",
    "jsonld:WebPage.datePublished",
    "jsonld:dateCreated",
    "jsonld:uploadDate",
    "microdata:datePublished",
    "rdfa:datePublished",
    "rdfa:created",
    "microdata:dateCreated",
    "time:published",
    "date:above-headline",
    "time:article",
    *_in_meta(
        """
        parsely-pub-date sailthru.date cxenseparse:recs:publishtime citation_publication_date
        dc.date.issued dcterms.issued dc.date.created dcterms.created dc.date dcterms.date
        article.published article_date_original publish-date publish_date publishdate
        publication_date publication-date originalpublicationdate datepublished
        rnews:datepublished bt:pubdate citation_online_date release_date pubdate creation_date
        created date
        """
    ),
    "url:date",
    "text:headline",
    "text:later",
    "script:date",
    "text:labelled",
    "time",
    "text:date",
)

# Microdata stands before Open Graph: where they differ, it is the one that people see.
PRICE: Final = (
    *_in_data("offers"),
    "product:sale_price:amount",
    "og:price:amount",
    "product:price:amount",
    "twitter:price",
    "html:price",
    "script:price",
)

RATING: Final = (*_in_data("aggregateRating"), "og:rating")

BRAND: Final = (
    "jsonld:brand",
    "product:brand",
    "og:brand",
    "microdata:brand",
    "rdfa:brand",
    "meta:brand",
    "html:brand",
    "script:brand",
)

AVAILABILITY: Final = (
    *_in_data("availability"),
    "product:availability",
    "og:availability",
    "html:stock",
    "html:cart",
    "html:offer",
)

CATEGORY: Final = (
    "jsonld:category",
    "article:section",
    "product:category",
    "microdata:category",
    "rdfa:category",
)

MODIFIED_AT: Final = (
    "jsonld:dateModified",
    "article:modified_time",
    "og:updated_time",
    "jsonld:WebPage.dateModified",
    "microdata:dateModified",
    "rdfa:dateModified",
    *_in_meta("dcterms.modified last-modified"),
)

# What a page says itself, then what can be reckoned.
READING_TIME: Final = (
    *_in_data("timeRequired"),
    "twitter:reading-time",
    "meta:readingtime",
    "text:reading-time",
    "jsonld:wordCount",
    "microdata:wordCount",
    "text:words",
)

ROLE: Final = _in_data("author.jobTitle")

# Where there is a sale price, Open Graph's price is the one before.
ORIGINAL_PRICE: Final = (
    *_in_data("offers.listPrice"),
    "product:original_price:amount",
    "product:price:amount",
    "html:struck-price",
)

START: Final = (*_in_data("startDate"), "event:start_time")

LOCATION: Final = (
    *_in_data("location"),
    *_in_data("jobLocation"),
    "twitter:place",
    "jsonld:jobLocationType",
    "microdata:jobLocationType",
)

ORGANIZER: Final = (*_in_data("organizer"), *_in_data("performer"))

COMPANY: Final = _in_data("hiringOrganization")
SALARY: Final = _in_data("baseSalary")
EMPLOYMENT_TYPE: Final = _in_data("employmentType")
SERIES: Final = _in_data("series")
EPISODE: Final = _in_data("episode")

DURATION: Final = (
    *_in_data("duration"),
    "og:video:duration",
    "video:duration",
    "music:duration",
    *_in_data("timeRequired"),
)

# The way to a page, or else the part of the site that it is in.
BREADCRUMB: Final = (*_in_data("BreadcrumbList"), "html:breadcrumb", *CATEGORY)

VERSION: Final = (
    *_in_data("softwareVersion"),
    *_in_data("version"),
    *_in_meta("docsearch:version version"),
    "title:version",
)

CHANGES: Final = ("html:list",)
CODE: Final = ("html:code",)

PROGRAMMING_LANGUAGE: Final = (
    *_in_data("programmingLanguage"),
    "github:language",
    "html:code-language",
)

STARS: Final = ("github:stars",)
FORKS: Final = ("github:forks",)
OPEN_ISSUES: Final = ("github:issues",)

LANGUAGE: Final = (
    "html:lang",
    "og:locale",
    "jsonld:inLanguage",
    "jsonld:WebPage.inLanguage",
    *_in_meta("content-language language dc.language"),
    "microdata:inLanguage",
)

CANONICAL: Final = ("link:canonical", "og:url")

SHOWN_IMAGE: Final = "html:image"
"""The first picture in the text, read only where nothing else names one."""

# A recipe's own picture is whole where the one for Open Graph is cropped; a recipe that is part of
# a post leaves it to the post. In HTML itself it is the one that is shown, which is smaller.
IMAGE: Final = (
    "jsonld:recipe.image",
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "jsonld:WebPage.image",
    "jsonld:image",
    "link:image_src",
    "microdata:image",
    "rdfa:image",
    SHOWN_IMAGE,
)

# A product's own data names the product; its og:image may be a card drawn for the page.
PRODUCT_IMAGE: Final = (*_in_data("image"), *IMAGE)

AVATAR: Final = ("jsonld:author.image", "microdata:author.image")

# Ranked by their reader: square and largest first.
FAVICON: Final = ("link:icon",)
