from __future__ import annotations

import random
from pathlib import Path

import pytest

from og_cli.prewarm.state import State, StateError
from tests.support.seeds import rng

__all__ = ["rng"]

JOB = {"template": "generic/standard", "system": "https://og.example.com"}


def test_what_was_done_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with State(path, JOB) as state:
        for url in ("a", "b", "c", "d"):
            state.ask(url)
        state.end("a", has_card=True, charged_credits=10, doubtful=False)
        state.end("b", has_card=False, charged_credits=0, doubtful=False)
        state.end("c", has_card=True, charged_credits=1, doubtful=True)
    with State(path, JOB) as state:
        assert state.done == {"a", "c"}
        assert state.doubtful == {"c", "d"}
        assert state.charged_credits == 11


def test_a_crash_at_any_byte_loses_nothing_that_was_written_whole(
    tmp_path: Path, rng: random.Random
) -> None:
    whole = tmp_path / "whole"
    urls = [f"https://example.com/ä/{number}" for number in range(20)]
    with State(whole, JOB) as state:
        for url in urls:
            state.ask(url)
            state.end(url, has_card=True, charged_credits=10, doubtful=False)
    data = whole.read_bytes()
    for _ in range(50):
        kept = data[: rng.randrange(len(data))]
        path = tmp_path / "cut"
        path.write_bytes(kept)
        with State(path, JOB) as state:
            assert len(state.done) == kept.count(b'"ended"', 0, kept.rfind(b"\n") + 1)
            state.end("more", has_card=True, charged_credits=0, doubtful=False)
        with State(path, JOB) as state:
            assert "more" in state.done


def test_two_runs_do_not_share_it(tmp_path: Path) -> None:
    with State(tmp_path / "state", JOB), pytest.raises(StateError, match="in use"):
        State(tmp_path / "state", JOB).__enter__()


def test_another_job_is_told_what_differs(tmp_path: Path) -> None:
    with State(tmp_path / "state", JOB):
        pass
    with pytest.raises(StateError, match="another template"):
        State(tmp_path / "state", {**JOB, "template": "article/news"}).__enter__()


@pytest.mark.parametrize("text", ["hello\n", "[]\n", "{}\n", '{"og_prewarm": 1}\n', "\xff\n"])
def test_another_file_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes"
    path.write_text(text, "latin-1")
    with pytest.raises(StateError, match="no state"):
        State(path, JOB).__enter__()
    assert path.read_text("latin-1") == text


def test_a_directory_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be used"):
        State(tmp_path / "no" / "state", JOB).__enter__()
