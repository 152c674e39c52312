"""What a site's owner is told of a look at a page, as JSON."""

from __future__ import annotations

import json
from typing import Any, Final

from og_edge.judging import Evidence, JudgedTag, Judgement
from og_edge.looks import PageLook
from og_edge.own_looks import Standing

VERIFICATION_PATH: Final = "/api/verification"


def verification_report(look: PageLook, judgement: Judgement, standing: Standing) -> bytes:
    """Describe a look, and what it means for the card that was asked about, in UTF-8."""
    good = {Evidence.TAG_FOUND} | ({Evidence.TAG_DIFFERS} if standing.any_tag_will_do else set())
    is_good = judgement.evidence in good
    explanation = "" if is_good else judgement.explanation
    if not standing.is_of_site:
        explanation = f"The page leads to {look.final_url}, which is not the site's."
    document = {
        "verified": is_good and standing.is_of_site,
        "outcome": judgement.evidence.value,
        "checked_at": look.look_time.isoformat(timespec="seconds"),
        "page_url": look.page_url,
        "final_url": look.final_url or None,
        "canonical_url": look.canonical_url or None,
        "tags": [_tag(tag) for tag in judgement.tags],
        "explanation": explanation,
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
