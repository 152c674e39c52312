"""What is known of the ten platforms, as data: P is the platform's own word, S somebody else's.

Few platforms say all of this, and they change it; where nothing is known there is no bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

KB: Final = 1_000
MB: Final = 1_000_000
KIB: Final = 1_024
MIB: Final = 1_024 * 1_024

WIDE_RATIO: Final = 1.91
"""Width by height of the picture of a large card nearly everywhere (P: Facebook, LinkedIn)."""
SQUARE_RATIO: Final = 1.0


class Size(NamedTuple):
    """In px."""

    width: int = 0
    height: int = 0


NO_SIZE: Final = Size()


def always(card: str) -> bool:
    """Show a picture large whatever twitter:card says."""
    del card
    return True


def only_if_large(card: str) -> bool:
    """Show it large only where twitter:card asks for that."""
    return card in {"summary_large_image", "player"}


def unless_summary(card: str) -> bool:
    """Show it large unless twitter:card asks for a small one."""
    return card != "summary"


OG_TITLE: Final = ("og:title", "twitter:title", "")
OG_TEXT: Final = ("og:description", "twitter:description", "description")
OG_IMAGE: Final = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
TWITTER_IMAGE: Final = ("twitter:image", "twitter:image:src", *OG_IMAGE[:3])
RASTER: Final = frozenset({"png", "jpeg", "gif", "webp"})


@dataclass(frozen=True)
class Platform:
    """How one platform reads a page and shows its card.

    Names of tags are in order of preference, "" is the <title>. A bound of 0 is none.
    """

    platform_id: str
    name: str
    user_agent: str
    title_tags: tuple[str, ...] = OG_TITLE
    text_tags: tuple[str, ...] = OG_TEXT
    image_tags: tuple[str, ...] = OG_IMAGE
    shows_text: bool = True
    shows_site_name: bool = False
    """Whether it shows og:site_name; others show the host."""
    shows_icon: bool = False
    title_chars: int = 0
    text_chars: int = 0
    html_bytes: int = 0
    """How far into a page it reads."""
    image_bytes: int = 0
    formats: frozenset[str] = RASTER
    smallest: Size = NO_SIZE
    """A smaller picture is not shown."""
    smallest_large: Size = NO_SIZE
    """A smaller picture is shown as a thumbnail."""
    is_large_for: Callable[[str], bool] = always
    wants_landscape: bool = False
    """Whether a picture is large only where it is wider than high."""
    ratio: float = WIDE_RATIO
    """Of a large picture; 0 where it keeps its own."""
    widest_ratio: float = 0.0
    resolves_urls: bool = True
    """Whether it takes a picture's URL that is relative to the page."""
    robots_name: str = ""
    """As whom it heeds robots.txt; "" where it does not: somebody asked for this very page."""


FACEBOOK: Final = Platform(
    "facebook",
    "Facebook",
    # P developers.facebook.com/docs/sharing/webmasters/web-crawlers, also for robots.txt
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    title_tags=("og:title", ""),
    text_tags=("og:description", "description"),
    image_tags=OG_IMAGE[:3],
    title_chars=88,  # S two lines of a post
    text_chars=110,  # S one line
    # P developers.facebook.com/docs/sharing/webmasters/images
    image_bytes=8 * MB,
    smallest=Size(200, 200),
    smallest_large=Size(600, 315),
    resolves_urls=False,
    robots_name="facebookexternalhit",
)
X: Final = Platform(
    "x",
    "X",
    "Twitterbot/1.0",  # P developer.x.com/en/docs/x-for-websites/cards, also for what follows
    title_tags=("twitter:title", "og:title", ""),
    text_tags=("twitter:description", "og:description", "description"),
    image_tags=TWITTER_IMAGE,
    title_chars=70,
    text_chars=200,
    image_bytes=5 * MB,
    smallest=Size(144, 144),
    smallest_large=Size(300, 157),
    is_large_for=only_if_large,
    resolves_urls=False,
    robots_name="Twitterbot",
)
LINKEDIN: Final = Platform(
    "linkedin",
    "LinkedIn",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    title_tags=("og:title", ""),
    text_tags=("og:description", "description"),
    image_tags=OG_IMAGE[:3],
    shows_text=False,
    title_chars=119,  # S
    image_bytes=5 * MB,  # P linkedin.com/help/linkedin/answer/a521928
    formats=RASTER - {"webp"},  # S
    smallest_large=Size(401, 0),  # S a narrower one is a thumbnail
    resolves_urls=False,
    robots_name="LinkedInBot",
)
SLACK: Final = Platform(
    "slack",
    "Slack",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",  # P
    shows_site_name=True,
    shows_icon=True,
    text_chars=700,  # S
    # P its developer blog, "Everything you ever wanted to know about unfurling", 2015
    html_bytes=32 * KIB,
    is_large_for=unless_summary,
    ratio=0.0,
)
DISCORD: Final = Platform(
    "discord",
    "Discord",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    shows_site_name=True,
    title_chars=256,  # P the limit of an embed
    text_chars=350,  # S
    image_bytes=50 * MB,  # P
    is_large_for=only_if_large,
    ratio=0.0,
)
WHATSAPP: Final = Platform(
    "whatsapp",
    "WhatsApp",
    "WhatsApp/2.23.20.0",
    title_chars=80,  # S two lines
    text_chars=80,  # P developers.facebook.com, WhatsApp, "Link Previews", also for what follows
    html_bytes=300 * KB,
    image_bytes=600 * KB,
    smallest_large=Size(300, 0),
    wants_landscape=True,
    widest_ratio=4.0,
    resolves_urls=False,
)
IMESSAGE: Final = Platform(
    "imessage",
    "iMessage",
    # P TN3156; it names others, so that they are answered as these are
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    shows_text=False,
    shows_icon=True,
    title_chars=88,  # S two lines of 44
    formats=RASTER | {"avif"},
    ratio=0.0,
)
TELEGRAM: Final = Platform(
    "telegram",
    "Telegram",
    "TelegramBot (like TwitterBot)",
    shows_site_name=True,
    text_chars=170,  # S
    image_bytes=5 * MB,  # S
    is_large_for=unless_summary,
    smallest_large=Size(300, 0),  # S
    ratio=0.0,
)
MASTODON: Final = Platform(
    "mastodon",
    "Mastodon",
    "Mastodon/4.4.0 (http.rb/5.3.1; +https://mastodon.social/)",
    shows_site_name=True,
    # P app/services/fetch_link_card_service.rb and app/models/preview_card.rb of its source
    html_bytes=1 * MIB,
    image_bytes=2 * MIB,  # 8 MiB where a server has libvips
    formats=RASTER | {"avif"},
    wants_landscape=True,
)
BLUESKY: Final = Platform(
    "bluesky",
    "Bluesky",
    "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
    title_chars=100,  # S two lines
    text_chars=200,  # S two lines
    image_bytes=1 * MB,  # P the lexicon app.bsky.embed.external; later 2 MB
    formats=RASTER | {"avif"},
)

PLATFORMS: Final = (
    *(FACEBOOK, X, LINKEDIN, SLACK, DISCORD),
    *(WHATSAPP, IMESSAGE, TELEGRAM, MASTODON, BLUESKY),
)
BY_ID: Final = {platform.platform_id: platform for platform in PLATFORMS}
