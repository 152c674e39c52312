from __future__ import annotations

import datetime as dt

import pytest

from og_cli.prewarm.documents import Entry
from og_cli.prewarm.fetching import Hosts, host_of
from og_cli.prewarm.job import Job, JobError, query_of
from og_cli.prewarm.pages import Choice, Found, choose

HOST = "https://example.com"


def on(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, tzinfo=dt.UTC)


def chosen(entries: list[Entry], **wishes: object) -> list[str]:
    choice = Choice(Hosts(["example.com"]), **wishes)  # type: ignore[arg-type]
    return [url.removeprefix(HOST) for url in choose(Found(entries), choice).urls]


def test_the_newest_come_first_and_what_has_no_time_last() -> None:
    entries = [Entry(f"{HOST}/1"), Entry(f"{HOST}/2", on(2)), Entry(f"{HOST}/3", on(3))]
    assert chosen(entries) == ["/3", "/2", "/1"]
    assert chosen(entries, limit=1) == ["/3"]
    assert chosen(entries, since=on(3)) == ["/3", "/1"]


def test_patterns_choose_by_the_whole_url() -> None:
    entries = [Entry(f"{HOST}/blog/a"), Entry(f"{HOST}/news/b"), Entry(f"{HOST}/about")]
    assert chosen(entries, match=("*/blog/*", "*/news/*")) == ["/blog/a", "/news/b"]


def test_what_is_left_out_is_counted_by_reason() -> None:
    entries = [
        Entry(f"{HOST}/a"),
        Entry(f"{HOST}/a#part"),
        Entry("https://www.example.com/b"),
        Entry("https://other.example.com/"),
        Entry("/relative"),
        Entry("ftp://example.com/"),
        Entry(f"{HOST}/{'x' * 3000}"),
        Entry("https://[broken"),
    ]
    pages = choose(Found(entries), Choice(Hosts(["example.com"])))
    assert pages.urls == [f"{HOST}/a", "https://www.example.com/b"]
    assert dict(pages.left_out) == {
        "listed twice": 1,
        "on another host": 1,
        "no http or https URL": 3,
        "longer than 2,048 characters": 1,
    }


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.com:443/a", "example.com"),
        ("http://example.com:8080/a", "example.com:8080"),
        ("https://user@example.com/", "example.com"),
        ("https://example.com:none/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_hosts_are_read_with_ports_that_are_not_the_schemes_own(url: str, host: str) -> None:
    assert host_of(url) == host


def test_no_hosts_mean_any() -> None:
    assert Hosts().have("https://anything.example.net/")
    assert not Hosts().have("file:///etc/passwd")


def test_the_price_is_that_of_the_mode() -> None:
    assert Job("", {"template": "a/b"}, "").price_credits == 10
    assert Job("", {"template": "a/b", "mode": "ai"}, "").price_credits == 100


@pytest.mark.parametrize("override", ["title", "=x", "url=x", "refresh=true", "title=1"])
def test_overrides_that_are_none_are_refused(override: str) -> None:
    with pytest.raises(JobError):
        query_of({"template": "a/b"}, ["title=2", override])


def test_a_state_does_not_hold_the_key() -> None:
    job = Job("https://og.example.com", {"template": "a/b"}, "og_live_secret")
    assert "secret" not in str(job.identity)
    assert job.identity != Job(job.api_url, job.query, "og_live_other").identity
