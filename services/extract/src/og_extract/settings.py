from __future__ import annotations

from pydantic import Field

from og_service.settings import ServiceSettings

CRAWLER = "InstantOG/0.1"


class Settings(ServiceSettings):
    """What extract is told besides what every service is told."""

    listen_address: str = Field(
        default="127.0.0.1:50052", description="`host:port` the server binds."
    )
    contact_url: str = Field(
        default="https://instantog.com",
        description="Where the owner of a page learns who fetched it; part of the user agent.",
    )
    extract_running_max: int = Field(
        default=512, ge=1, description="Calls worked on at the same time; most of them wait."
    )
    extract_waiting_max: int = Field(
        default=128, ge=0, description="Calls that may wait; more are refused."
    )
    extract_readers: int = Field(default=2, ge=1, description="Processes that parse pages.")

    @property
    def user_agent(self) -> str:
        """Say who we are, in the form that robots use."""
        return f"Mozilla/5.0 (compatible; {CRAWLER}; +{self.contact_url})"
