"""The four services as the edge calls them: messages in and out, domain values on this side.

What answers requests for cards raises ApiError for what a client can mend and
og_service.status.RemoteError for the rest; what the dashboard asks (ApiKeysClient, SitesClient)
raises RemoteError only. Timeouts are in seconds.
"""

from og_edge.clients.api_keys import ApiKeysClient
from og_edge.clients.auth import AuthClient
from og_edge.clients.billing import BillingClient
from og_edge.clients.extract import ExtractClient
from og_edge.clients.render import RenderClient
from og_edge.clients.sites import SitesClient

__all__ = [
    "ApiKeysClient",
    "AuthClient",
    "BillingClient",
    "ExtractClient",
    "RenderClient",
    "SitesClient",
]
