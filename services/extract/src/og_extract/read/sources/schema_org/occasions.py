"""What schema.org says about events, jobs, episodes and software."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_extract.read.findings import RawPrice
from og_extract.read.markup.text import clean_text
from og_extract.read.sources.schema_org.graph import Graph
from og_extract.read.sources.schema_org.nodes import Node, first, listed, text_of, types_of

MAX_PLACES_NAMED = 2
MAX_PEOPLE_NAMED = 3

# Taken as they stand; the source has the property's name.
_TEXTS: Final = (
    "datePosted",
    "startDate",
    "duration",
    "timeRequired",
    "jobLocationType",
    "softwareVersion",
    "version",
)
_SERIES: Final = ("partOfSeries", "partOfTVSeries", "partOfPodcast", "isPartOf")
_SOUNDS: Final = ("associatedMedia", "audio", "video")
_PLACES: Final = ("location", "jobLocation")
_TOWN: Final = ("addressLocality", "addressRegion")
_PEOPLE: Final = ("organizer", "performer", "hiringOrganization")


def occasion_of(graph: Graph, main: Node) -> Iterator[tuple[str, object]]:
    """Tell when, where, by whom, for how long and for how much something is, by name."""
    for key in _TEXTS:
        yield key, first(main.get(key))
    for sound in (node for key in _SOUNDS for node in graph.nodes_at(main.get(key))):
        yield "duration", first(sound.get("duration"))
    employment = (item for item in listed(main.get("employmentType")) if isinstance(item, str))
    yield "employmentType", ", ".join(employment)
    yield "episode", _episode(graph, main)
    for key in _SERIES:
        for name in graph.names(_series(graph, main.get(key))):
            yield "series", name
    for key in _PLACES:
        yield key, _places(graph, main.get(key))
    for key in _PEOPLE:
        names = list(dict.fromkeys(graph.names(main.get(key))))
        yield key, ", ".join(names[:MAX_PEOPLE_NAMED])
    for name in graph.names(main.get("programmingLanguage")):
        yield "programmingLanguage", name
    for pay in _pay(graph, main):
        yield "baseSalary", pay


def _series(graph: Graph, value: object) -> list[object]:
    """Leave out what a thing is a part of that is no series, such as the web site."""
    return [
        item
        for item in graph.values(value)
        if isinstance(item, dict)
        and any(name.endswith(("series", "podcast")) for name in types_of(item))
    ]


def _episode(graph: Graph, main: Node) -> str:
    number = text_of(main.get("episodeNumber"))
    for season in graph.nodes_at(main.get("partOfSeason")):
        season_number = text_of(season.get("seasonNumber"))
        if number and season_number.isdigit():
            return f"S{season_number} E{number}"
    return number


def _places(graph: Graph, value: object) -> str:
    """Name the first places, and how many more there are."""
    places = list(dict.fromkeys(filter(None, (_place(graph, it) for it in graph.values(value)))))
    more = len(places) - MAX_PLACES_NAMED
    return " · ".join(places[:MAX_PLACES_NAMED]) + (f" +{more}" if more > 0 else "")


def _place(graph: Graph, place: object) -> str:
    if not isinstance(place, dict):
        return clean_text(text_of(place))
    if "virtuallocation" in types_of(place):
        return "VirtualLocation"
    name = clean_text(text_of(place.get("name")))
    town = next((_town(graph, it) for it in graph.values(place.get("address"))), "")
    if name:  # the region would be one thing too many
        town = town.partition(", ")[0]
    return ", ".join(filter(None, (name, town if town not in name else "")))


def _town(graph: Graph, address: object) -> str:
    """Name the town of an address, with its region; what else there is where it names none."""
    if not isinstance(address, dict):
        return clean_text(text_of(address))
    town, region = (clean_text(text_of(address.get(key))) for key in _TOWN)
    if town:
        return f"{town}, {region}" if region and region != town else town
    country = next(graph.names(address.get("addressCountry")), "")
    return region or country or text_of(address.get("streetAddress"))


def _pay(graph: Graph, job: Node) -> Iterator[RawPrice]:
    """List what a job pays: an amount or a range, for a time."""
    fallback = text_of(job.get("salaryCurrency"))
    for pay in graph.values(job.get("baseSalary") or job.get("estimatedSalary")):
        if not isinstance(pay, dict):
            yield RawPrice(text_of(pay), fallback)
            continue
        currency = text_of(pay.get("currency")) or fallback
        quantities = list(graph.nodes_at(pay.get("value"))) or [pay]
        for node in quantities:
            low = text_of(node.get("minValue")) or text_of(node.get("value"))
            high = text_of(node.get("maxValue"))
            units = (text_of(it.get(key)) for it in (node, pay) for key in ("unitText", "unitCode"))
            yield RawPrice(low or high, currency, high, next(filter(None, units), ""))
