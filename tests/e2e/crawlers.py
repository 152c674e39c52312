"""The crawlers of link previews: how each asks for a card, and what it can show.

User agents as their platforms document them or as servers log them; what a platform documents of
sizes is in `limit_bytes`, else 600 kB, which is WhatsApp's and the smallest of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LEAST_LIMIT_BYTES = 600_000


@dataclass(frozen=True)
class Crawler:
    """One of them. `methods` are asked for one after the other on one connection."""

    name: str
    user_agent: str
    headers: dict[str, str] = field(default_factory=dict)
    methods: tuple[str, ...] = ("GET",)
    limit_bytes: int = LEAST_LIMIT_BYTES
    reads_robots: bool = False
    shows_webp: bool = True
    answer_within_s: float = 8.0

    def head(self, method: str, target: str, host: str, **more: str) -> bytes:
        """Write the head of a request as this crawler sends it."""
        fields = {"Host": host, "User-Agent": self.user_agent, **self.headers, **more}
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {fields[name]}" for name in fields)]
        return "\r\n".join([*lines, "", ""]).encode()


_FACEBOOK = "facebookexternalhit/1.1"

CRAWLERS = (
    Crawler(
        "Facebook",
        f"{_FACEBOOK} (+http://www.facebook.com/externalhit_uatext.php)",
        {
            "Accept": "*/*",
            "Accept-Encoding": "deflate, gzip",
            "Range": "bytes=0-524287",
            "Connection": "close",
        },
        limit_bytes=8_000_000,
    ),
    Crawler(
        "X",
        "Twitterbot/1.0",
        {"Accept": "image/*", "Accept-Encoding": "gzip, deflate, br", "Range": "bytes=0-"},
        limit_bytes=5_000_000,
        reads_robots=True,
    ),
    Crawler(
        "LinkedIn",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        {
            "Accept": "*/*",
            "Accept-Encoding": "gzip,deflate",
            "Range": "bytes=0-3000000",
            "Connection": "Keep-Alive",
        },
        limit_bytes=5_000_000,
        shows_webp=False,
    ),
    Crawler(
        "Slack",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        {"Accept": "*/*", "Accept-Encoding": "gzip", "Range": "bytes=0-32768"},
        reads_robots=True,
    ),
    Crawler(
        "Slack's image proxy",
        "Slack-ImgProxy (+https://api.slack.com/robots)",
        {"Accept": "image/*,*/*;q=0.8", "Accept-Encoding": "gzip"},
    ),
    Crawler(
        "Discord",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        {"Accept-Encoding": "gzip, deflate, br"},
        limit_bytes=50_000_000,
    ),
    Crawler(
        "WhatsApp",
        "WhatsApp/2.23.20.0 A",
        {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "Keep-Alive"},
    ),
    Crawler(
        "iMessage",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
        f"Version/9.0.1 Safari/601.2.4 {_FACEBOOK} Facebot Twitterbot/1.0",
        {
            "Accept": "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
            "Accept-Language": "en-GB,en;q=0.9",
            "Accept-Encoding": "gzip, deflate, br",
        },
    ),
    Crawler("Telegram", "TelegramBot (like TwitterBot)", {"Connection": "close"}),
    Crawler(
        "Bluesky",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
        {"Accept": "text/html,*/*", "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"},
        limit_bytes=976_560,
    ),
    Crawler(
        "Mastodon",
        "http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/)",
        {"Accept-Encoding": "gzip", "Connection": "Keep-Alive"},
        methods=("HEAD", "GET"),
    ),
)
