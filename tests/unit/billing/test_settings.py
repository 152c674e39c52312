from __future__ import annotations

import pytest
from pydantic import ValidationError

from og_billing.settings import STRIPE_API_URL, Settings

OURS = {"DATABASE_URL": "postgresql://", "callers": {"edge": "x" * 32}}
KEYS = {"STRIPE_SECRET_KEY": "sk_test", "STRIPE_WEBHOOK_SECRET": "whsec"}


def test_without_stripe_nothing_is_needed() -> None:
    settings = Settings.model_validate(OURS)
    assert (settings.stripe_secret_key, settings.stripe_api_url) == ("", STRIPE_API_URL)


@pytest.mark.parametrize("one", KEYS)
def test_a_key_without_the_secret_of_its_events_would_sell_what_never_comes(one: str) -> None:
    with pytest.raises(ValidationError, match="must be set together"):
        Settings.model_validate({**OURS, one: KEYS[one]})


def test_another_stripe_is_for_development_only() -> None:
    local = {**OURS, **KEYS, "STRIPE_API_URL": "http://127.0.0.1:9000"}
    with pytest.raises(ValidationError, match="in production"):
        Settings.model_validate({**local, "environment": "production"})
    settings = Settings.model_validate({**local, "environment": "development"})
    assert settings.stripe_api_url == "http://127.0.0.1:9000"
    with pytest.raises(ValidationError, match="HTTP URL"):
        Settings.model_validate(
            {**local, "environment": "development", "STRIPE_API_URL": "ftp://x"}
        )


def test_no_key_is_printed() -> None:
    assert "sk_test" not in repr(Settings.model_validate({**OURS, **KEYS}))
    assert "whsec" not in repr(Settings.model_validate({**OURS, **KEYS}))
