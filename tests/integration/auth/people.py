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


def _person(session: auth_pb2.Session, token: str) -> Person:
    account = session.account
    return Person(account.email, account.account_id, session.session_id, token)
