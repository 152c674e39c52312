# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from typing import Any, TypeAlias

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.account_messages import from_account_record
from og_auth.identity.addresses import Addresses
from og_auth.identity.identities import Identities
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.own_sessions import Sessions
from og_auth.identity.password_changes import PasswordChanges
from og_auth.identity_messages import from_session, to_browser, to_ended
from og_auth.registry.accounts import Accounts

Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class IdentityServicer(auth_pb2_grpc.IdentityServiceServicer):
    """og.auth.v1.IdentityService."""

    def __init__(
        self,
        identities: Identities,
        sessions: Sessions,
        passwords: PasswordChanges,
        addresses: Addresses,
        accounts: Accounts,
        mailbox: Mailbox,
    ) -> None:
        self._identities = identities
        self._sessions = sessions
        self._passwords = passwords
        self._addresses = addresses
        self._accounts = accounts
        self._mailbox = mailbox

    async def SignUp(
        self, request: auth_pb2.SignUpRequest, context: Call
    ) -> auth_pb2.SignUpResponse:
        """Create an account and sign its owner in."""
        browser = to_browser(request.browser)
        begun = await self._identities.sign_up(request.email, request.password, browser)
        session = from_session(begun.session, self._mailbox)
        return auth_pb2.SignUpResponse(session=session, session_token=begun.token.text)

    async def SignIn(
        self, request: auth_pb2.SignInRequest, context: Call
    ) -> auth_pb2.SignInResponse:
        """Sign somebody in."""
        browser = to_browser(request.browser)
        begun = await self._identities.sign_in(request.email, request.password, browser)
        session = from_session(begun.session, self._mailbox)
        return auth_pb2.SignInResponse(session=session, session_token=begun.token.text)

    async def GetSession(
        self, request: auth_pb2.GetSessionRequest, context: Call
    ) -> auth_pb2.GetSessionResponse:
        """Tell who is signed in."""
        session = await self._sessions.get(request.session_token)
        return auth_pb2.GetSessionResponse(session=from_session(session, self._mailbox))

    async def SignOut(
        self, request: auth_pb2.SignOutRequest, context: Call
    ) -> auth_pb2.SignOutResponse:
        """End a session."""
        await self._sessions.sign_out(request.session_token)
        return auth_pb2.SignOutResponse()

    async def ListSessions(
        self, request: auth_pb2.ListSessionsRequest, context: Call
    ) -> auth_pb2.ListSessionsResponse:
        """List the sessions of an account."""
        sessions = await self._sessions.list(request.account_id)
        return auth_pb2.ListSessionsResponse(
            sessions=[from_session(session, self._mailbox) for session in sessions]
        )

    async def EndSessions(
        self, request: auth_pb2.EndSessionsRequest, context: Call
    ) -> auth_pb2.EndSessionsResponse:
        """End a session of an account, or all but one."""
        session_id, others = to_ended(request)
        await self._sessions.end(request.account_id, session_id, others=others)
        return auth_pb2.EndSessionsResponse()

    async def SendVerification(
        self, request: auth_pb2.SendVerificationRequest, context: Call
    ) -> auth_pb2.SendVerificationResponse:
        """Mail the link that verifies an address again."""
        await self._addresses.send_verification(request.account_id)
        return auth_pb2.SendVerificationResponse()

    async def VerifyEmail(
        self, request: auth_pb2.VerifyEmailRequest, context: Call
    ) -> auth_pb2.VerifyEmailResponse:
        """Verify an address."""
        account = await self._addresses.verify(request.token)
        return auth_pb2.VerifyEmailResponse(account=from_account_record(account, self._mailbox))

    async def RequestPasswordReset(
        self, request: auth_pb2.RequestPasswordResetRequest, context: Call
    ) -> auth_pb2.RequestPasswordResetResponse:
        """Mail a link that sets a new password."""
        await self._passwords.ask_for_reset(request.email, to_browser(request.browser))
        return auth_pb2.RequestPasswordResetResponse()

    async def ResetPassword(
        self, request: auth_pb2.ResetPasswordRequest, context: Call
    ) -> auth_pb2.ResetPasswordResponse:
        """Set a new password by a mailed token."""
        browser = to_browser(request.browser)
        begun = await self._passwords.reset(request.token, request.password, browser)
        session = from_session(begun.session, self._mailbox)
        return auth_pb2.ResetPasswordResponse(session=session, session_token=begun.token.text)

    async def ChangePassword(
        self, request: auth_pb2.ChangePasswordRequest, context: Call
    ) -> auth_pb2.ChangePasswordResponse:
        """Set a new password by the old one."""
        begun = await self._passwords.change(
            request.session_token,
            request.old_password,
            request.new_password,
            to_browser(request.browser),
        )
        session = from_session(begun.session, self._mailbox)
        return auth_pb2.ChangePasswordResponse(session=session, session_token=begun.token.text)

    async def ChangeEmail(
        self, request: auth_pb2.ChangeEmailRequest, context: Call
    ) -> auth_pb2.ChangeEmailResponse:
        """Change an address, once it is verified."""
        change = await self._addresses.change(
            request.session_token, request.password, request.email, to_browser(request.browser)
        )
        return auth_pb2.ChangeEmailResponse(
            account=from_account_record(change.account, self._mailbox),
            needs_verification=change.needs_verification,
        )

    async def CheckPassword(
        self, request: auth_pb2.CheckPasswordRequest, context: Call
    ) -> auth_pb2.CheckPasswordResponse:
        """Tell whether a password is the signed-in person's."""
        browser = to_browser(request.browser)
        await self._passwords.check(request.session_token, request.password, browser)
        return auth_pb2.CheckPasswordResponse()

    async def DeleteAccount(
        self, request: auth_pb2.DeleteAccountRequest, context: Call
    ) -> auth_pb2.DeleteAccountResponse:
        """Forget an account."""
        await self._accounts.delete(request.account_id)
        return auth_pb2.DeleteAccountResponse()
