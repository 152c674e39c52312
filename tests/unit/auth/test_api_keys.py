from __future__ import annotations

import random
import string

import pytest

from og_auth import api_keys
from og_auth.errors import InvalidDisplayNameError
from og_service.errors import Code

ALPHABET = string.ascii_letters + string.digits


def test_a_new_key_has_the_documented_form() -> None:
    secret = api_keys.new_secret().text
    assert secret.startswith("og_live_")
    assert len(secret) == 8 + 27 + 6
    assert set(secret.removeprefix("og_live_")) <= set(ALPHABET)


def test_the_random_part_can_hold_160_bits() -> None:
    assert 62**27 >= 2**160 > 62**26
    assert 62**6 >= 2**32


def test_new_keys_are_well_formed_and_all_different() -> None:
    secrets = {api_keys.new_secret().text for _ in range(2_000)}
    assert len(secrets) == 2_000
    assert all(map(api_keys.is_well_formed, secrets))
    assert len({secret[8] for secret in secrets}) > 20  # the first digit is random too


def test_any_single_changed_character_breaks_the_checksum(rng: random.Random) -> None:
    for _ in range(2_000):
        secret = api_keys.new_secret().text
        at = rng.randrange(8, len(secret))
        other = rng.choice([char for char in ALPHABET if char != secret[at]])
        assert not api_keys.is_well_formed(secret[:at] + other + secret[at + 1 :])


def test_any_two_swapped_neighbours_break_the_checksum(rng: random.Random) -> None:
    for _ in range(2_000):
        secret = api_keys.new_secret().text
        at = rng.randrange(8, len(secret) - 1)
        swapped = secret[:at] + secret[at + 1] + secret[at] + secret[at + 2 :]
        assert api_keys.is_well_formed(swapped) == (swapped == secret)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "og_live_",
        "og_live_" + "0" * 33,
        "og_test_" + "0" * 33,
        "Bearer og_live_" + "0" * 33,
        "\N{FULLWIDTH DIGIT ONE}" * 41,
        "x" * 100_000,
    ],
)
def test_other_text_is_no_key(text: str) -> None:
    assert not api_keys.is_well_formed(text)


def test_a_key_with_anything_around_it_is_no_key() -> None:
    secret = api_keys.new_secret().text
    for text in (f" {secret}", f"{secret}\n", f"{secret}0", secret[:-1], secret.upper()):
        assert not api_keys.is_well_formed(text)


def test_the_digest_does_not_show_the_key() -> None:
    secret = api_keys.new_secret().text
    assert len(api_keys.digest(secret)) == 32
    assert secret.encode() not in api_keys.digest(secret)
    assert api_keys.digest(secret) == api_keys.digest(str(secret))


@pytest.mark.parametrize("text", ["", "   ", "x" * 101, "a\x00b", "two\nlines"])
def test_a_name_for_people_is_short_and_printable(text: str) -> None:
    with pytest.raises(InvalidDisplayNameError) as refusal:
        api_keys.checked_display_name(text)
    assert refusal.value.code is Code.INVALID_ARGUMENT
    assert "display_name" in refusal.value.field_violations


def test_a_name_is_trimmed() -> None:
    assert api_keys.checked_display_name(" Büro 日本 ") == "Büro 日本"
