"""Time passes for what is remembered of pages."""

from __future__ import annotations

import psycopg


def age(admin_dsn: str, site_id: str, *, hours: float) -> None:
    """Make all that a site's pages showed so much older."""
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(
            "UPDATE auth.looks SET look_time = look_time - make_interval(secs => %s)"
            " WHERE site_id = %s",
            (hours * 3600, site_id),
        )
