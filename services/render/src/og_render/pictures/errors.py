"""What can be wrong with a picture."""

from __future__ import annotations


class UnreadablePictureError(Exception):
    """A picture that is no picture, or is beyond the bounds."""
