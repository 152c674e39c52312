"""The four services as the edge calls them: messages in and out, domain values on this side.

Every method raises ApiError for what a client can mend and og_service.status.RemoteError for the
rest; timeouts are in seconds.
"""

from og_edge.clients.auth import AuthClient
from og_edge.clients.billing import BillingClient
from og_edge.clients.extract import ExtractClient
from og_edge.clients.render import RenderClient

__all__ = ["AuthClient", "BillingClient", "ExtractClient", "RenderClient"]
