"""og.auth.v1.IdentityService."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.identities import Browser, EmailChange, Owner, Session, SignedIn
from og_service.status import RemoteError

IDENTITY_TIMEOUT_S: Final = 5.0
"""A password takes auth some 50 ms, and waits where many come at once."""
MAX_TOKEN_CHARS: Final = 256


class IdentityClient:
    """See og_edge.identities.Identities."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: auth_pb2_grpc.IdentityServiceAsyncStub = auth_pb2_grpc.IdentityServiceStub(
            channel
        )

    async def session(self, token: str, timeout_s: float) -> Session | None:
        """See Sessions."""
        request = auth_pb2.GetSessionRequest(session_token=token[:MAX_TOKEN_CHARS])
        try:
            answer = await result_of(self._stub.GetSession(request, timeout=timeout_s))
        except RemoteError as error:
            if error.reason == "SESSION_NOT_VALID":
                return None
            raise
        return _session(answer.session)

    async def sign_up(self, email: str, password: str, browser: Browser) -> SignedIn:
        """See Identities."""
        request = auth_pb2.SignUpRequest(email=email, password=password, browser=_browser(browser))
        answer = await result_of(self._stub.SignUp(request, timeout=IDENTITY_TIMEOUT_S))
        return SignedIn(_session(answer.session), answer.session_token)

    async def sign_in(self, email: str, password: str, browser: Browser) -> SignedIn:
        """See Identities."""
        request = auth_pb2.SignInRequest(email=email, password=password, browser=_browser(browser))
        answer = await result_of(self._stub.SignIn(request, timeout=IDENTITY_TIMEOUT_S))
        return SignedIn(_session(answer.session), answer.session_token)

    async def sign_out(self, token: str) -> None:
        """See Identities."""
        request = auth_pb2.SignOutRequest(session_token=token)
        await result_of(self._stub.SignOut(request, timeout=IDENTITY_TIMEOUT_S))

    async def sessions(self, account_id: str) -> Sequence[Session]:
        """See Identities."""
        request = auth_pb2.ListSessionsRequest(account_id=account_id)
        call = self._stub.ListSessions(request, timeout=IDENTITY_TIMEOUT_S)
        return [_session(each) for each in (await result_of(call)).sessions]

    async def end_session(self, account_id: str, session_id: str) -> None:
        """See Identities."""
        request = auth_pb2.EndSessionsRequest(account_id=account_id, session_id=session_id)
        await result_of(self._stub.EndSessions(request, timeout=IDENTITY_TIMEOUT_S))

    async def end_other_sessions(self, account_id: str, session_id: str) -> None:
        """See Identities."""
        request = auth_pb2.EndSessionsRequest(account_id=account_id, all_but_session_id=session_id)
        await result_of(self._stub.EndSessions(request, timeout=IDENTITY_TIMEOUT_S))

    async def send_verification(self, account_id: str) -> None:
        """See Identities."""
        request = auth_pb2.SendVerificationRequest(account_id=account_id)
        await result_of(self._stub.SendVerification(request, timeout=IDENTITY_TIMEOUT_S))

    async def verify_email(self, token: str) -> Owner:
        """See Identities."""
        request = auth_pb2.VerifyEmailRequest(token=token[:MAX_TOKEN_CHARS])
        call = self._stub.VerifyEmail(request, timeout=IDENTITY_TIMEOUT_S)
        return owner_of((await result_of(call)).account)

    async def request_password_reset(self, email: str, browser: Browser) -> None:
        """See Identities."""
        request = auth_pb2.RequestPasswordResetRequest(email=email, browser=_browser(browser))
        await result_of(self._stub.RequestPasswordReset(request, timeout=IDENTITY_TIMEOUT_S))

    async def reset_password(self, token: str, password: str, browser: Browser) -> SignedIn:
        """See Identities."""
        request = auth_pb2.ResetPasswordRequest(
            token=token[:MAX_TOKEN_CHARS], password=password, browser=_browser(browser)
        )
        call = self._stub.ResetPassword(request, timeout=IDENTITY_TIMEOUT_S)
        answer = await result_of(call)
        return SignedIn(_session(answer.session), answer.session_token)

    async def change_password(
        self, token: str, old_password: str, new_password: str, browser: Browser
    ) -> SignedIn:
        """See Identities."""
        request = auth_pb2.ChangePasswordRequest(
            session_token=token,
            old_password=old_password,
            new_password=new_password,
            browser=_browser(browser),
        )
        call = self._stub.ChangePassword(request, timeout=IDENTITY_TIMEOUT_S)
        answer = await result_of(call)
        return SignedIn(_session(answer.session), answer.session_token)

    async def change_email(
        self, token: str, password: str, email: str, browser: Browser
    ) -> EmailChange:
        """See Identities."""
        request = auth_pb2.ChangeEmailRequest(
            session_token=token, password=password, email=email, browser=_browser(browser)
        )
        answer = await result_of(self._stub.ChangeEmail(request, timeout=IDENTITY_TIMEOUT_S))
        return EmailChange(owner_of(answer.account), answer.needs_verification)

    async def check_password(self, token: str, password: str, browser: Browser) -> None:
        """See Identities."""
        request = auth_pb2.CheckPasswordRequest(
            session_token=token, password=password, browser=_browser(browser)
        )
        await result_of(self._stub.CheckPassword(request, timeout=IDENTITY_TIMEOUT_S))

    async def delete_account(self, account_id: str) -> None:
        """See Identities."""
        request = auth_pb2.DeleteAccountRequest(account_id=account_id)
        await result_of(self._stub.DeleteAccount(request, timeout=IDENTITY_TIMEOUT_S))


def owner_of(account: auth_pb2.Account) -> Owner:
    """Read an account."""
    plan_changes = account.HasField("next_plan_time")
    return Owner(
        account_id=account.account_id,
        email=account.email,
        plan_id=account.plan_id,
        next_plan_id=account.next_plan_id,
        next_plan_time=_time(account.next_plan_time) if plan_changes else None,
        create_time=_time(account.create_time),
        rate_limit=account.rate_limit,
        ai_allowed=account.ai_allowed,
        email_verified=account.HasField("email_verify_time"),
        needs_email_verification=account.needs_email_verification,
        suspended=account.HasField("suspend_time"),
    )


def _session(session: auth_pb2.Session) -> Session:
    return Session(
        session_id=session.session_id,
        owner=owner_of(session.account),
        create_time=_time(session.create_time),
        last_use_time=_time(session.last_use_time),
        expire_time=_time(session.expire_time),
        user_agent=session.user_agent,
        client_address=session.client_address,
    )


def _time(time: Timestamp) -> dt.datetime:
    return time.ToDatetime(dt.UTC)


def _browser(browser: Browser) -> auth_pb2.Browser:
    return auth_pb2.Browser(client_address=browser.client_address, user_agent=browser.user_agent)
