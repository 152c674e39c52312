"""Tries to get inside, in a network of its own where every address is local.

Runs as root under `unshare --net --mount`, and prints what it saw as JSON.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from tests.integration.extract.service import Extract, run_service
from tests.support.crowds import all_of
from tests.support.waiting import eventually

from .attempts import FIELDS, HOPS, REDIRECTS, WISHES, Attempts
from .canary import CONTROLS, Canary
from .spellings import spellings
from .targets import Expected, Target
from .tricks import tricks
from .world import PNG, World, set_up_network
from .zone import TWICE, named_targets

# Beyond loopback production would ask for certificates; nothing else is at that port.
PRODUCTION = "127.0.0.1:50052"
DEVELOPMENT = "198.41.0.4:50053"
PUBLIC = "Public"
LOOPBACK = "127.0.0.1:80"
# A proxy that the environment names would be a way inside, were it heeded.
PROXY = "http://10.0.0.1:3128"
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
AS_IN_PRODUCTION = dict.fromkeys(PROXIES, PROXY)
ALLOWING_LOOPBACK = {"OG_ENVIRONMENT": "development", "OG_LOOPBACK_TARGETS": LOOPBACK}
CALLS_AT_A_TIME = 48
DETOURS = 3
"""To each target that looks public, of the nine that there are. Ways take turns, so that each
leads to some 150 of these targets, of all kinds, and to as many that show what they are."""

Call = Awaitable[None]


@dataclass
class Report:
    """What was seen."""

    targets: int = 0
    attempts: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    inspections: list[str] = field(default_factory=list)
    names_asked_for_texts: int = 0
    inside: list[str] = field(default_factory=list)
    inside_with_controls: list[str] = field(default_factory=list)
    missed_packets: int = 0
    controls: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 1)


async def run(canary: Canary) -> Report:
    report, world = Report(), World()
    logs = Path(tempfile.mkdtemp(prefix="og-empty-network-"))
    async with world.open():
        async with run_service(PRODUCTION, logs / "production", **AS_IN_PRODUCTION) as extract:
            await try_all(report, Attempts(extract, world), world)
            report.calls = extract.calls
            canary.sing()
            await eventually(lambda: all(canary.begun[control] for control in CONTROLS))
            report.inside = canary.inside
            report.controls = await public_controls(extract, world)
        async with run_service(DEVELOPMENT, logs / "development", **ALLOWING_LOOPBACK) as extract:
            report.controls["loopback target"] = (await extract.page(f"http://{LOOPBACK}/")).title
            report.inside_with_controls = canary.inside
    report.missed_packets = canary.missed
    return report


async def try_all(report: Report, attempts: Attempts, world: World) -> None:
    tried = partial(all_of, at_a_time=CALLS_AT_A_TIME)
    texts = [*spellings(), *(it for it in tricks() if it.expected is Expected.TEXT)]
    others = [*named_targets(), *(it for it in tricks() if it.expected is not Expected.TEXT)]
    report.targets = len(texts) + len(others)
    with report.timed("by text"):
        await tried(by_text(attempts, texts))
    report.names_asked_for_texts = world.names.asked.total()
    with report.timed("by name"):
        await tried(by_text(attempts, others))
    with report.timed("by detours"):
        await tried(by_detours(attempts, texts, each=1))
        await tried(by_detours(attempts, others, each=DETOURS))
        await tried(attempts.by_rebinding(host, nth) for nth, host in enumerate(TWICE))
    report.attempts = dict(attempts.counts)
    report.faults = attempts.faults
    report.errors = sorted(map(str, attempts.errors))
    report.pictures = sorted(map(str, attempts.pictures))
    report.inspections = sorted(map(str, attempts.inspections))


def by_text(attempts: Attempts, targets: Sequence[Target]) -> Iterator[Call]:
    """Name each target right in a call."""
    for target in targets:
        yield attempts.as_url(target)
        yield attempts.as_pictures(target)
        yield attempts.as_explained(target)
        yield attempts.as_inspected(target)


def by_detours(attempts: Attempts, targets: Sequence[Target], each: int) -> Iterator[Call]:
    """Let the internet lead to each target, by so many of the ways that there are, in turn."""
    redirects = itertools.cycle(itertools.product(REDIRECTS, range(1, HOPS + 1)))
    turn, numbers = itertools.cycle(range(9)), itertools.count()
    for target in targets:
        ways = (
            lambda it: attempts.by_redirect(it, *next(redirects)),
            lambda it: attempts.by_redirected_pictures(it, next(redirects)[0]),
            attempts.by_page,
            attempts.by_base,
            lambda it: attempts.by_refresh(it, next(numbers)),
            attempts.by_relative_redirect,
            attempts.as_pictures_of_a_page,
            lambda it: attempts.by_inspected_redirect(it, next(redirects)[0]),
            attempts.by_inspected_page,
        )
        for _ in range(each):
            yield ways[next(turn)](target)


async def public_controls(extract: Extract, world: World) -> dict[str, object]:
    """Show that what is allowed works by each of the ways that lead nowhere inside."""
    host, led = world.new_host(), world.new_host()
    url = f"http://{host}"
    for field_name in FIELDS:
        world.put_picture(host, f"/{field_name}.png")
    tags = """<link rel="icon" href="/favicon.png"><meta property="og:image" content="/image.png">
    <script type="application/ld+json">{"@type": "Article", "headline": "Public", "image":
    "/productImage.png", "author": {"@type": "Person", "name": "Ada", "image": "/avatar.png"}}
    </script>"""
    world.put(host, "/", body=f"<title>Public</title>{tags}")
    world.put(led, "/", 302, location=f"{url}/")
    world.put(led, "/picture", 302, location=f"{url}/image.png")
    world.put(led, "/refresh", body=f'<meta http-equiv="refresh" content="0;url={url}/">')
    page = await extract.page(f"{url}/", *WISHES)
    given = await extract.images(*((name, f"http://{led}/picture") for name in FIELDS))
    return {
        "page": page.title,
        "redirect": (await extract.page(f"http://{led}/")).title,
        "refresh": (await extract.page(f"http://{led}/refresh")).title,
        "pictures named": [it.field_name for it in page.images if it.data == PNG],
        "pictures given": [it.field_name for it in given.images if it.data == PNG],
        "inspected": len(getattr((await extract.inspect(f"http://{led}/")).answer, "pictures", ())),
        "explained": (await extract.explain(f"http://{led}/")).error.decode() or PUBLIC,
        "closed port": str((await extract.page(f"https://{host}/")).error),
    }


def main() -> None:
    set_up_network()
    report = asyncio.run(run(Canary()))
    sys.stdout.write(json.dumps(asdict(report)))


if __name__ == "__main__":
    main()
