"""Pieces that many templates share; every one is None where it has nothing to show."""
