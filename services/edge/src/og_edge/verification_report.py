"""What a site's owner is told of a look at a page, as JSON."""

from __future__ import annotations

import json
from typing import Any, Final

from og_edge.doctor import Diagnosis
from og_edge.judging import JudgedTag

VERIFICATION_PATH: Final = "/api/verification"


def verification_report(diagnosis: Diagnosis) -> bytes:
    """Describe a look, and what it means for the card that was asked about, in UTF-8."""
    look = diagnosis.look
    document = {
        "verified": diagnosis.is_verified,
        "outcome": diagnosis.judgement.evidence.value,
        "checked_at": look.look_time.isoformat(timespec="seconds"),
        "page_url": look.page_url,
        "final_url": look.final_url or None,
        "canonical_url": look.canonical_url or None,
        "tags": [_tag(tag) for tag in diagnosis.judgement.tags],
        "explanation": diagnosis.explanation,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _tag(tag: JudgedTag) -> dict[str, Any]:
    return {
        "property": tag.read.tag.property,
        "url": tag.read.tag.url,
        "is_ours": tag.read.is_ours,
        "site_matches": tag.site_matches,
        "fault": tag.read.fault or None,
        "differs": [
            {
                "parameter": difference.parameter,
                "in_tag": difference.in_tag,
                "in_request": difference.in_request,
            }
            for difference in tag.differs
        ],
    }
