"""Where each field is looked for, best source first: the order that scored best on real pages.

A source's name is that of the reader's finding; the first one whose value is fit for its field
is taken, and its name is told to the caller.
"""

from __future__ import annotations

from typing import Final

# A recipe's data speak of the dish; its Open Graph tags are written for search engines.
TITLE: Final = (
    "jsonld:recipe.name",
    "microdata:recipe.name",
    "rdfa:recipe.name",
    "heading",
    "heading:like",
    "og:title",
    "twitter:title",
    "jsonld:headline",
    "jsonld:name",
    "title",
    "meta:title",
    "meta:headline",
    "meta:parsely-title",
    "meta:sailthru.title",
    "meta:dc.title",
    "meta:dcterms.title",
    "microdata:headline",
    "microdata:name",
    "rdfa:headline",
    "rdfa:name",
    "h1",
    "title:any",
)

DESCRIPTION: Final = (
    "jsonld:recipe.description",
    "microdata:recipe.description",
    "rdfa:recipe.description",
    "og:description",
    "meta:description",
    "twitter:description",
    "jsonld:description",
    "jsonld:WebPage.description",
    "microdata:description",
    "rdfa:description",
    "meta:dc.description",
    "meta:dcterms.description",
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
    "host",
)

# What else a site is called by, to know its name in titles.
SITE_NAME_HINTS: Final = ("link:feed", "home")

AUTHOR: Final = (
    "jsonld:author",
    "jsonld:author.organisation",
    "jsonld:WebPage.author",
    "meta:parsely-author",
    "meta:sailthru.author",
    "meta:byl",
    "meta:author",
    "article:author",
    "og:article:author",
    "book:author",
    "meta:dc.creator",
    "meta:dcterms.creator",
    "meta:citation_author",
    "twitter:data",
    "microdata:author",
    "microdata:author.organisation",
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
    "meta:parsely-pub-date",
    "meta:sailthru.date",
    "meta:cxenseparse:recs:publishtime",
    "meta:citation_publication_date",
    "meta:dc.date.issued",
    "meta:dcterms.issued",
    "meta:dc.date.created",
    "meta:dcterms.created",
    "meta:dc.date",
    "meta:dcterms.date",
    "meta:article.published",
    "meta:article_date_original",
    "meta:publish-date",
    "meta:publish_date",
    "meta:publishdate",
    "meta:publication_date",
    "meta:publication-date",
    "meta:originalpublicationdate",
    "meta:datepublished",
    "meta:rnews:datepublished",
    "meta:bt:pubdate",
    "meta:citation_online_date",
    "meta:release_date",
    "meta:pubdate",
    "meta:creation_date",
    "meta:created",
    "meta:date",
    "url:date",
    "text:headline",
    "script:date",
    "text:labelled",
    "time",
    "text:date",
)

# Microdata stands before Open Graph: where they differ, it is the one that people see.
PRICE: Final = (
    "jsonld:offers",
    "microdata:offers",
    "rdfa:offers",
    "product:sale_price:amount",
    "og:price:amount",
    "product:price:amount",
    "twitter:price",
    "html:price",
    "script:price",
)

RATING: Final = (
    "jsonld:aggregateRating",
    "microdata:aggregateRating",
    "rdfa:aggregateRating",
    "og:rating",
)

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
    "jsonld:availability",
    "microdata:availability",
    "rdfa:availability",
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
    "meta:dcterms.modified",
    "meta:last-modified",
)

# What a page says itself, then what can be reckoned.
READING_TIME: Final = (
    "jsonld:timeRequired",
    "microdata:timeRequired",
    "rdfa:timeRequired",
    "twitter:reading-time",
    "meta:readingtime",
    "jsonld:wordCount",
    "microdata:wordCount",
    "text:words",
)

ROLE: Final = ("jsonld:author.jobTitle", "microdata:author.jobTitle", "rdfa:author.jobTitle")

# Where there is a sale price, Open Graph's price is the one before.
ORIGINAL_PRICE: Final = (
    "jsonld:offers.listPrice",
    "microdata:offers.listPrice",
    "rdfa:offers.listPrice",
    "product:original_price:amount",
    "product:price:amount",
    "html:struck-price",
)

START: Final = (
    "jsonld:startDate",
    "microdata:startDate",
    "rdfa:startDate",
    "event:start_time",
)

LOCATION: Final = (
    "jsonld:location",
    "microdata:location",
    "rdfa:location",
    "jsonld:jobLocation",
    "microdata:jobLocation",
    "rdfa:jobLocation",
    "twitter:place",
    "jsonld:jobLocationType",
    "microdata:jobLocationType",
)

ORGANIZER: Final = (
    "jsonld:organizer",
    "microdata:organizer",
    "rdfa:organizer",
    "jsonld:performer",
    "microdata:performer",
    "rdfa:performer",
)

COMPANY: Final = (
    "jsonld:hiringOrganization",
    "microdata:hiringOrganization",
    "rdfa:hiringOrganization",
)

SALARY: Final = (
    "jsonld:baseSalary",
    "microdata:baseSalary",
    "rdfa:baseSalary",
)

EMPLOYMENT_TYPE: Final = (
    "jsonld:employmentType",
    "microdata:employmentType",
    "rdfa:employmentType",
)

SERIES: Final = (
    "jsonld:series",
    "microdata:series",
    "rdfa:series",
)

EPISODE: Final = (
    "jsonld:episode",
    "microdata:episode",
    "rdfa:episode",
)

DURATION: Final = (
    "jsonld:duration",
    "microdata:duration",
    "rdfa:duration",
    "og:video:duration",
    "video:duration",
    "music:duration",
    "jsonld:timeRequired",
    "microdata:timeRequired",
    "rdfa:timeRequired",
)

# The way to a page, or else the part of the site that it is in.
BREADCRUMB: Final = (
    "jsonld:BreadcrumbList",
    "microdata:BreadcrumbList",
    "rdfa:BreadcrumbList",
    "html:breadcrumb",
    *CATEGORY,
)

VERSION: Final = (
    "jsonld:softwareVersion",
    "microdata:softwareVersion",
    "rdfa:softwareVersion",
    "jsonld:version",
    "microdata:version",
    "rdfa:version",
    "meta:docsearch:version",
    "meta:version",
    "title:version",
)

CHANGES: Final = ("html:list",)

CODE: Final = ("html:code",)

PROGRAMMING_LANGUAGE: Final = (
    "jsonld:programmingLanguage",
    "microdata:programmingLanguage",
    "rdfa:programmingLanguage",
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
    "meta:content-language",
    "meta:language",
    "meta:dc.language",
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
PRODUCT_IMAGE: Final = ("jsonld:image", "microdata:image", "rdfa:image", *IMAGE)

AVATAR: Final = ("jsonld:author.image", "microdata:author.image")

# Ranked by their reader: square and largest first.
FAVICON: Final = ("link:icon",)
