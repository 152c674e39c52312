"""People with browsers, as the dashboard speaks for them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from tests.integration.auth.world import CALL_TIMEOUT_S, new_address

PASSWORD = "nine tame otters knit"
OTHER_PASSWORD = "seven grey kettles hum"

_numbers = itertools.count(1)


def new_email() -> str:
    """Give an address that nobody has."""
    return f"person{next(_numbers)}@people.example.com"


def browser(address: str = "") -> auth_pb2.Browser:
    return auth_pb2.Browser(client_address=address or new_address(), user_agent="Tester/1.0")


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    email: str
    account_id: str
    session_id: str
    token: str


class People:
    """Calls IdentityService."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.identity = auth_pb2_grpc.IdentityServiceStub(channel)

    async def sign_up(
        self, email: str = "", password: str = PASSWORD, *, address: str = ""
    ) -> Person:
        email = email or new_email()
        request = auth_pb2.SignUpRequest(email=email, password=password, browser=browser(address))
        answer = await self.identity.SignUp(request, timeout=CALL_TIMEOUT_S)
        return _person(answer.session, answer.session_token)

    async def sign_in(self, email: str, password: str = PASSWORD, *, address: str = "") -> Person:
        request = auth_pb2.SignInRequest(email=email, password=password, browser=browser(address))
        answer = await self.identity.SignIn(request, timeout=CALL_TIMEOUT_S)
        return _person(answer.session, answer.session_token)

    async def session(self, token: str) -> auth_pb2.Session:
        request = auth_pb2.GetSessionRequest(session_token=token)
        return (await self.identity.GetSession(request, timeout=CALL_TIMEOUT_S)).session

    async def sign_out(self, token: str) -> None:
        request = auth_pb2.SignOutRequest(session_token=token)
        await self.identity.SignOut(request, timeout=CALL_TIMEOUT_S)

    async def send_verification(self, account_id: str) -> None:
        request = auth_pb2.SendVerificationRequest(account_id=account_id)
        await self.identity.SendVerification(request, timeout=CALL_TIMEOUT_S)

    async def verify(self, token: str) -> auth_pb2.Account:
        request = auth_pb2.VerifyEmailRequest(token=token)
        return (await self.identity.VerifyEmail(request, timeout=CALL_TIMEOUT_S)).account

    async def forget_password(self, email: str, *, address: str = "") -> None:
        request = auth_pb2.RequestPasswordResetRequest(email=email, browser=browser(address))
        await self.identity.RequestPasswordReset(request, timeout=CALL_TIMEOUT_S)

    async def reset_password(self, token: str, password: str = OTHER_PASSWORD) -> Person:
        request = auth_pb2.ResetPasswordRequest(token=token, password=password, browser=browser())
        answer = await self.identity.ResetPassword(request, timeout=CALL_TIMEOUT_S)
        return _person(answer.session, answer.session_token)

    async def change_password(
        self, token: str, old: str = PASSWORD, new: str = OTHER_PASSWORD
    ) -> Person:
        request = auth_pb2.ChangePasswordRequest(
            session_token=token, old_password=old, new_password=new, browser=browser()
        )
        answer = await self.identity.ChangePassword(request, timeout=CALL_TIMEOUT_S)
        return _person(answer.session, answer.session_token)

    async def change_email(
        self, token: str, email: str, password: str = PASSWORD
    ) -> auth_pb2.ChangeEmailResponse:
        request = auth_pb2.ChangeEmailRequest(
            session_token=token, password=password, email=email, browser=browser()
        )
        return await self.identity.ChangeEmail(request, timeout=CALL_TIMEOUT_S)

    async def check_password(self, token: str, password: str = PASSWORD) -> None:
        request = auth_pb2.CheckPasswordRequest(
            session_token=token, password=password, browser=browser()
        )
        await self.identity.CheckPassword(request, timeout=CALL_TIMEOUT_S)

    async def sessions(self, account_id: str) -> list[str]:
        """List the ids of an account's sessions, last used first."""
        request = auth_pb2.ListSessionsRequest(account_id=account_id)
        listed = await self.identity.ListSessions(request, timeout=CALL_TIMEOUT_S)
        return [session.session_id for session in listed.sessions]

    async def end_sessions(self, account_id: str, **which: str) -> None:
        request = auth_pb2.EndSessionsRequest(account_id=account_id, **which)
        await self.identity.EndSessions(request, timeout=CALL_TIMEOUT_S)

    async def delete_account(self, account_id: str) -> None:
        request = auth_pb2.DeleteAccountRequest(account_id=account_id)
        await self.identity.DeleteAccount(request, timeout=CALL_TIMEOUT_S)


def _person(session: auth_pb2.Session, token: str) -> Person:
    account = session.account
    return Person(account.email, account.account_id, session.session_id, token)
