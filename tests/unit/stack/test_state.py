import stat
from pathlib import Path

import pytest

from og_stack.state import PrivateJson, Secrets


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = Secrets(path).token("one")
    assert Secrets(path).token("one") == first
    assert Secrets(path).token("two") != first
    assert len(first) >= 32


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.touch(mode=0o644)
    path.write_text("{}")
    Secrets(path).keep("name", "value")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_no_object_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("[]")
    with pytest.raises(ValueError, match=r"secrets\.json"):
        PrivateJson(path).read()
