"""Draws Open Graph cards."""
