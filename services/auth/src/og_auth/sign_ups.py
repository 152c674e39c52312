"""How many accounts may come from one address."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

SIGN_UPS_MAX: Final = 5
SIGN_UPS_WINDOW: Final = timedelta(hours=24)
