"""What `make run` prints once all is up."""

from __future__ import annotations

from og_stack.demo_data import Demo, card_url

_RULE = "─" * 78


def summary(demo: Demo, public_url: str) -> str:
    """Tell what to try: with a key, with a site, in a browser; and who may sign in."""
    with_key = f"{demo.base_url}/api/og?template=generic/standard&url={demo.demo_page}"
    with_site = card_url(public_url, demo.site_id, "article/blog-post", demo.demo_page)
    return "\n".join(
        (
            _RULE,
            "Instant OG is running. Ctrl-C stops it.",
            "",
            "A card with the API key:",
            f'  curl "{with_key}" -H "Authorization: Bearer {demo.api_key}" --output card.png',
            "",
            "A card with the site, as in the page's og:image tag:",
            f'  curl "{with_site}" --output card.png',
            "",
            "The demo page, its card inside:",
            f"  {demo.demo_page}",
            "",
            "What the demo account paid:",
            f"  .venv/bin/og credits statement --account {demo.account_id}",
            "",
            f"The dashboard, as {demo.email} with the password {demo.password}:",
            f"  {demo.base_url}/login",
            _RULE,
        )
    )
