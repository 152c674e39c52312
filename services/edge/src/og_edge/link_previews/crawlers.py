"""The command that asks for a page as a platform's crawler does."""

from __future__ import annotations

import shlex

from og_edge.link_previews.platforms import Platform


def crawler_curl(platform: Platform, url: str) -> str:
    """Write the command for a POSIX shell: redirects followed, headers shown, as much as it reads.

    `url` must begin with http: or https:, so that curl takes it for no option.
    """
    options = ["curl", "--silent", "--show-error", "--location", "--include", "--compressed"]
    if platform.html_bytes:
        options += ["--range", f"0-{platform.html_bytes - 1}"]
    asked = f"--user-agent {shlex.quote(platform.user_agent)}"
    return f"{shlex.join(options)} \\\n  {asked} \\\n  {shlex.quote(url)}"
