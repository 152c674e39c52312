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
PEOPLE: Final = _types("Person")
TRAILS: Final = _types("BreadcrumbList")

# The more telling first: a recipe stands in a post, a video beside an article.
MAIN_ORDER: Final = (RECIPES, PRODUCTS, OTHERS, ARTICLES, VIDEOS, WORKS)
MAIN_ORDER_OF_ARTICLES: Final = (RECIPES, ARTICLES, VIDEOS, WORKS)
"""Where Open Graph calls the page an article: products and events in it are beside its subject."""
