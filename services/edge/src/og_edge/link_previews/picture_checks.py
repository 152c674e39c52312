"""Checks of the pictures that cards show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_edge.link_previews.cards import LinkCard
from og_edge.link_previews.findings import Case, Finding, Severity
from og_edge.link_previews.inspection import InspectedPicture, PictureOutcome
from og_edge.link_previews.platforms import FACEBOOK, KB, MB, WIDE_RATIO, Platform, X

GOOD_WIDTH_PX: Final = 1_200
"""P: Facebook, LinkedIn; sharp on screens with two or three dots a px."""
SLOW_PICTURE_S: Final = 3.0
CROPPED_SHARE: Final = 0.1
"""Of a picture's width or height, cut off by a wide card."""
RECODED_BYTES: Final = 300 * KB
"""Under this no platform has ever refused a picture."""

_TYPES: Final = {"jpeg": ("image/jpeg", "image/jpg", "image/pjpeg"), "ico": ("image/x-icon",)}
_OUTCOMES: Final = {
    PictureOutcome.URL_NOT_ALLOWED: (
        "cannot be fetched from the internet",
        "Use a public https URL on the usual port.",
    ),
    PictureOutcome.UNREACHABLE: (
        "could not be reached",
        "Check that its server answers everybody within seconds, also our InstantOG.",
    ),
    PictureOutcome.TOO_MANY_REDIRECTS: (
        "redirects without end",
        "Name the URL where the picture itself is.",
    ),
    PictureOutcome.NOT_A_PICTURE: (
        "is no picture",
        "Name a PNG or JPEG: what is at that URL is something else.",
    ),
    PictureOutcome.BROKEN: ("is damaged", "Save it again as PNG or JPEG."),
}


def unreachable(case: Case) -> Iterator[Finding]:
    """Pictures that did not come."""
    for picture, platforms in _used(case):
        what, advice = _OUTCOMES.get(picture.outcome, ("", ""))
        if picture.outcome is PictureOutcome.STATUS:
            status = picture.hops[-1].status if picture.hops else 0
            what = f"is answered with status {status}"
            advice = "Serve it with status 200 to everybody, also to programs."
        if what:
            yield Finding(
                Severity.BAD, f"The picture {what}", f"{advice} It is {picture.url}", platforms
            )


def formats(case: Case) -> Iterator[Finding]:
    """Pictures of a kind that is not shown."""
    for picture, platforms in _used(case):
        refusing = [it for it in platforms if picture.is_there and picture.format not in it.formats]
        if refusing:
            yield Finding(
                Severity.BAD,
                f"{picture.format.upper()} is not shown everywhere",
                "Serve the picture as PNG or JPEG.",
                refusing,
            )


def weights(case: Case) -> Iterator[Finding]:
    """Pictures of more bytes than are taken."""
    for picture, platforms in _used(case):
        size = picture.size_bytes
        refusing = [it for it in platforms if 0 < it.image_bytes < size]
        if refusing:
            least = min(it.image_bytes for it in refusing)
            yield Finding(
                Severity.BAD,
                f"The picture has {_weight(size)}",
                f"Make it smaller than {_weight(least)}, better than {_weight(RECODED_BYTES)}: as "
                "JPEG, or with fewer pixels.",
                refusing,
            )


def sizes(case: Case) -> Iterator[Finding]:
    """Pictures of few pixels."""
    for picture, platforms in _used(case):
        if not picture.width_px:
            continue
        measured = f"{picture.width_px} × {picture.height_px} px"
        hidden = [it for it in platforms if _is_below(picture, it)]
        small = [it for it in platforms if _is_small_on(picture, it) and it not in hidden]
        if hidden:
            yield Finding(
                Severity.BAD,
                f"The picture is too small: {measured}",
                "Use 1200 × 630 px.",
                hidden,
            )
        if small:
            yield Finding(
                Severity.WARNING,
                f"The picture is shown small: {measured}",
                "Use 1200 × 630 px, and it fills the card.",
                small,
            )
        if not hidden and not small and picture.width_px < GOOD_WIDTH_PX:
            yield Finding(
                Severity.HINT,
                f"The picture is {picture.width_px} px wide",
                f"With {GOOD_WIDTH_PX} px it is sharp on every screen.",
                platforms,
            )


def crops(case: Case) -> Iterator[Finding]:
    """Measure what a wide card cuts off."""
    for picture, _ in _used(case):
        cutting = [
            card.platform
            for card in case.cards
            if card.picture is picture and card.ratio == WIDE_RATIO and picture.height_px
        ]
        if not cutting:
            continue
        ratio = picture.width_px / picture.height_px
        share = 1 - min(ratio, WIDE_RATIO) / max(ratio, WIDE_RATIO)
        if share > CROPPED_SHARE:
            where = "at its sides" if ratio > WIDE_RATIO else "at top and bottom"
            yield Finding(
                Severity.WARNING,
                f"{share:.0%} of the picture is cut off {where}",
                f"Use 1200 × 630 px; yours has {picture.width_px} × {picture.height_px}.",
                cutting,
            )


def declared_size(case: Case) -> Iterator[Finding]:
    """og:image:width and :height that are not the picture's."""
    facebook = next(card for card in case.cards if card.platform is FACEBOOK)
    said = (case.page.text("og:image:width"), case.page.text("og:image:height"))
    picture = facebook.picture
    if picture is None or not picture.width_px or not all(said):
        return
    if said != (str(picture.width_px), str(picture.height_px)):
        yield Finding(
            Severity.WARNING,
            f"og:image:width and og:image:height say {said[0][:8]} × {said[1][:8]}",
            f"The picture has {picture.width_px} × {picture.height_px}; say so, or the first "
            "share is cropped wrongly.",
            [FACEBOOK],
        )


def manners(case: Case) -> Iterator[Finding]:
    """How pictures are served."""
    for picture, platforms in _used(case):
        if len(picture.hops) > 1 and X in platforms:
            yield Finding(
                Severity.WARNING,
                "The picture's URL redirects",
                f"Name {picture.hops[-1].url}: X drops pictures that redirect.",
                [X],
            )
        if picture.latency_s > SLOW_PICTURE_S:
            yield Finding(
                Severity.WARNING,
                f"The picture took {picture.latency_s:.1f} s",
                "Serve it from a cache: crawlers that wait too long show none.",
                platforms,
            )
        named = picture.content_type.partition(";")[0].strip().lower()
        fitting = _TYPES.get(picture.format, (f"image/{picture.format}",))
        if picture.is_there and picture.format != "svg" and named not in fitting:
            yield Finding(
                Severity.WARNING,
                f"The picture is served as {named[:40] or 'nothing'}",
                f"Set its Content-Type to {fitting[0]}.",
                platforms,
            )


PICTURE_CHECKS: Final = (unreachable, formats, weights, sizes, crops, declared_size, manners)


def _used(case: Case) -> Iterator[tuple[InspectedPicture, list[Platform]]]:
    """Give each picture that cards take, and whose."""
    for picture in case.inspection.pictures:
        platforms = [card.platform for card in case.cards if _takes(card, picture)]
        if platforms:
            yield picture, platforms


def _takes(card: LinkCard, picture: InspectedPicture) -> bool:
    return card.picture_url == picture.url


def _is_below(picture: InspectedPicture, platform: Platform) -> bool:
    return (
        picture.width_px < platform.smallest.width or picture.height_px < platform.smallest.height
    )


def _is_small_on(picture: InspectedPicture, platform: Platform) -> bool:
    least = platform.smallest_large
    return picture.width_px < least.width or picture.height_px < least.height


def _weight(size_bytes: int) -> str:
    if size_bytes >= MB:
        return f"{size_bytes / MB:.1f} MB"
    return f"{size_bytes // KB} kB"
