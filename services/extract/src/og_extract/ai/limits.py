"""Bounds on what a language model may say, in characters unless named otherwise."""

from __future__ import annotations

from typing import Final

MIN_TITLE_CHARS: Final = 2
MAX_TITLE_CHARS: Final = 120
MIN_DESCRIPTION_CHARS: Final = 8
MAX_DESCRIPTION_CHARS: Final = 300
WISHED_TITLE_CHARS: Final = 80
"""What the model is asked to keep to; it counts badly."""
WISHED_DESCRIPTION_CHARS: Final = 200
MAX_ANSWER_TOKENS: Final = 512
MAX_LABEL_CHARS: Final = 120
"""Longer values are none that the model chooses."""
