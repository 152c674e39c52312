import os
from pathlib import Path

import pytest

from og_stack import postgres, privileges

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to leave")


@root_only
@pytest.mark.parametrize("way", privileges._WAYS_OUT_OF_ROOT[:2], ids=["unshare", "setpriv"])  # noqa: SLF001
def test_postgres_runs_as_root_in_each_way(
    way: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not privileges._works(way):  # noqa: SLF001
        pytest.skip(f"this machine does not allow {way[0]}")
    monkeypatch.setattr(postgres, "leaving_root", lambda: way)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with postgres.EmbeddedPostgres(closed) as store:
        assert store.is_ready()


@root_only
def test_the_way_out_of_root_may_change_between_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [way for way in privileges._WAYS_OUT_OF_ROOT[:2] if privileges._works(way)]  # noqa: SLF001
    for way in [*ways, *reversed(ways)]:
        monkeypatch.setattr(postgres, "leaving_root", lambda way=way: way)
        with postgres.EmbeddedPostgres(tmp_path) as store:
            assert store.is_ready()
