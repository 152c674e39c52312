"""Instant OG on one machine: embedded stores, the services under a supervisor, a demo page."""
