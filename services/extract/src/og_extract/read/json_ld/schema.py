"""The types of schema.org that tell what a page is about."""

from __future__ import annotations

from typing import Final

ARTICLES: Final = frozenset(
    {
        "AdvertiserContentArticle",
        "AnalysisNewsArticle",
        "Article",
        "BackgroundNewsArticle",
        "BlogPosting",
        "DiscussionForumPosting",
        "LiveBlogPosting",
        "MedicalScholarlyArticle",
        "NewsArticle",
        "OpinionNewsArticle",
        "Report",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "TechArticle",
    }
)
PRODUCTS: Final = frozenset(
    {
        "Car",
        "IndividualProduct",
        "Product",
        "ProductGroup",
        "ProductModel",
        "SomeProducts",
        "Vehicle",
    }
)
RECIPES: Final = frozenset({"Recipe"})
OTHERS: Final = frozenset(
    {
        "Book",
        "Course",
        "Event",
        "HowTo",
        "JobPosting",
        "MobileApplication",
        "Movie",
        "MusicAlbum",
        "PodcastEpisode",
        "QAPage",
        "SoftwareApplication",
        "TVSeries",
        "WebApplication",
    }
)
VIDEOS: Final = frozenset({"VideoObject"})
PAGES: Final = frozenset(
    {
        "AboutPage",
        "CollectionPage",
        "ContactPage",
        "FAQPage",
        "ItemPage",
        "MedicalWebPage",
        "ProfilePage",
        "WebPage",
    }
)
SITES: Final = frozenset({"WebSite"})
ORGANISATIONS: Final = frozenset(
    {
        "Corporation",
        "LocalBusiness",
        "NewsMediaOrganization",
        "OnlineStore",
        "Organization",
        "Store",
    }
)
PEOPLE: Final = frozenset({"Person"})

# The more telling first: a recipe stands in a post, a video beside an article.
MAIN_ORDER: Final = (PRODUCTS, RECIPES, OTHERS, ARTICLES, VIDEOS)
