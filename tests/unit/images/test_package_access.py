"""How a build learns where packages come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.images.package_access import CERTIFICATES_IN_BUILD, SETTINGS, package_access


def test_what_pip_is_told_here_reaches_the_build_in_files_that_end_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authorities = tmp_path / "authorities.pem"
    authorities.write_text("a certificate")
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\n{SETTINGS['index']} = https://packages.example\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_CERT", str(authorities))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"file://{tmp_path} https://more.example")
    with package_access() as secrets:
        told = secrets["pip.conf"].read_text().splitlines()
        assert secrets["ca.pem"] == authorities
    assert f"{SETTINGS['index']} = https://packages.example" in told
    assert f"{SETTINGS['extra-index']} = https://more.example" in told
    assert f"cert = {CERTIFICATES_IN_BUILD}" in told
    assert not secrets["pip.conf"].exists()
