"""Names in certificates, as SPIFFE writes them (SPIFFE-ID, X509-SVID)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""A caller's name, such as `edge` or `newsletter`: a DNS label."""
TRUST_DOMAIN: Final = re.compile(r"[a-z0-9._-]{1,255}")


def name_in(uris: Sequence[str], trust_domain: str) -> str | None:
    """Give `name`, where a certificate's only URI is `spiffe://<trust domain>/<name>`, else None.

    Whoever has more than one URI is nobody, as X509-SVID demands: which one counts would be a
    matter of who reads it. So is whoever has a longer path, since an authority that gives names
    like `/ns/<namespace>/sa/<account>` lets each namespace choose the last part.
    """
    if len(uris) != 1:
        return None
    prefix = f"spiffe://{trust_domain}/"
    name = uris[0].removeprefix(prefix)
    return name if uris[0].startswith(prefix) and NAME.fullmatch(name) else None
