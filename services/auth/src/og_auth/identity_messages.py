"""IdentityService's messages as domain objects, and domain objects as messages."""

from __future__ import annotations

from ipaddress import ip_address

from og.auth.v1 import auth_pb2
from og_auth.account_messages import from_account_record
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.sessions import Browser, Session, checked_user_agent
from og_auth.messages import from_datetime, to_client
from og_service.errors import InvalidRequestError


def to_browser(browser: auth_pb2.Browser) -> Browser:
    """Read where a person sits, or raise InvalidClientAddressError."""
    client = to_client(browser.client_address, "browser.client_address")
    address = ip_address(browser.client_address)
    return Browser(client, str(address), checked_user_agent(browser.user_agent))


def to_ended(request: auth_pb2.EndSessionsRequest) -> tuple[str, bool]:
    """Read which session is to end, and whether it is all others; raises InvalidRequestError."""
    match request.WhichOneof("which"):
        case "session_id":
            return request.session_id, False
        case "all_but_session_id":
            return request.all_but_session_id, True
    raise InvalidRequestError("which", "Name a session, or the one that is to stay.")


def from_session(session: Session, mailbox: Mailbox) -> auth_pb2.Session:
    """Write a session."""
    return auth_pb2.Session(
        session_id=session.session_id,
        account=from_account_record(session.account, mailbox),
        create_time=from_datetime(session.begin_time),
        last_use_time=from_datetime(session.last_use_time),
        expire_time=from_datetime(session.expire_time),
        user_agent=session.user_agent,
        client_address=session.client_address,
    )
