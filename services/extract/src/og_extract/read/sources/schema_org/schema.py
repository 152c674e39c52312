"""The types of schema.org that tell what a page is about, in lower case as pages mix it up."""

from __future__ import annotations

from typing import Final


def _types(names: str) -> frozenset[str]:
    return frozenset(names.lower().split())


ARTICLES: Final = _types(
    """
    AdvertiserContentArticle AnalysisNewsArticle Article AskPublicNewsArticle BackgroundNewsArticle
    BlogPosting DiscussionForumPosting LiveBlogPosting MedicalScholarlyArticle NewsArticle
    OpinionNewsArticle Report ReportageNewsArticle ReviewNewsArticle ScholarlyArticle
    SocialMediaPosting TechArticle
    """
)
PRODUCTS: Final = _types(
    "Car IndividualProduct Motorcycle Product ProductGroup ProductModel SomeProducts Vehicle"
)
RECIPES: Final = _types("Recipe")
OTHERS: Final = _types(
    """
    APIReference Book BusinessEvent ChildrensEvent ComedyEvent Course CourseInstance DanceEvent
    EducationEvent Event EventSeries ExhibitionEvent Festival FoodEvent Hackathon HowTo JobPosting
    LiteraryEvent MobileApplication Movie MusicAlbum MusicEvent MusicRecording PodcastEpisode
    PodcastSeries QAPage RadioEpisode SaleEvent ScreeningEvent SocialEvent SoftwareApplication
    SoftwareSourceCode SportsEvent TheaterEvent TVEpisode TVSeries VideoGame VisualArtsEvent
    WebApplication
    """
)
VIDEOS: Final = _types("VideoObject AudioObject")
WORKS: Final = _types("CreativeWork Document Item Thing")
"""What themes and half-marked pages call anything; two are of the vocabularies that Drupal uses."""
PAGES: Final = _types(
    "AboutPage CollectionPage ContactPage FAQPage ItemPage MedicalWebPage ProfilePage WebPage"
)
SITES: Final = _types("WebSite")
ORGANISATIONS: Final = _types(
    "Corporation LocalBusiness NewsMediaOrganization OnlineStore Organization Store"
)
PLACES: Final = _types("LocalBusiness Store")
PEOPLE: Final = _types("Person")
OFFERS: Final = _types("AggregateOffer Offer")
RATINGS: Final = _types("AggregateRating Review-aggregate")
"""Of schema.org and of data-vocabulary.org, which was before it."""
TRAILS: Final = _types("BreadcrumbList")

# The more telling first: a recipe stands in a post, a video beside an article.
MAIN_ORDER: Final = (RECIPES, PRODUCTS, OTHERS, ARTICLES, VIDEOS, WORKS)
MAIN_ORDER_OF_ARTICLES: Final = (RECIPES, ARTICLES, VIDEOS, WORKS)
"""Where Open Graph calls the page an article: products and events in it are beside its subject."""


def _spellings(names: str) -> dict[str, str]:
    return {name.lower(): name for name in names.split()}


# Those of data-vocabulary.org too, which was before schema.org.
_SPELLINGS: Final = {
    **_spellings(
        """
        addressCountry addressLocality addressRegion aggregateRating articleSection bestRating
        contentUrl dateCreated dateModified datePosted datePublished employmentType episodeNumber
        familyName givenName hasVariant highPrice hiringOrganization inLanguage isPartOf
        itemListElement jobLocation jobTitle lowPrice priceCurrency priceSpecification priceType
        programmingLanguage ratingCount ratingValue recipeCategory reviewCount softwareVersion
        startDate thumbnailUrl timeRequired uploadDate wordCount worksFor
        """
    ),
    "offerdetails": "offers",
    "photo": "image",
    "published": "datePublished",
    "summary": "description",
}


def spelled(name: str) -> str:
    """Return a property's name without its prefix, as schema.org spells it."""
    name = name.rpartition(":")[2]
    return _SPELLINGS.get(name.lower()) or name[:1].lower() + name[1:]
