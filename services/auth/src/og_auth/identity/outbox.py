"""Sending what is to be mailed: once where all goes well, and again until it is done or given up.

A mail is taken from the outbox for LEASE_S, so that no two processes send it at the same time, and
removed once a server has it. A process that dies in between leaves it to be sent again; one that
stops ends what it has begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple, Protocol

import structlog

from og_auth.errors import StoreUnavailableError
from og_auth.identity.letters import Letter, letter
from og_auth.identity.mail_kinds import MailKind
from og_auth.identity.tokens import Token
from og_auth.metrics import MAILS, MAILS_WAITING, OLDEST_MAIL_SECONDS
from og_service.background import running
from og_service.stopping import FINISH_S

log = structlog.get_logger()

POLL_INTERVAL_S: Final = 1.0
WATCH_INTERVAL_S: Final = 15.0
"""How old the metrics are at most that tell what waits."""
SENDERS: Final = 4
"""So many mails are sent at the same time by one process."""
SEND_TIMEOUT_S: Final = 30.0
LEASE_S: Final = 2 * SEND_TIMEOUT_S
FIRST_WAIT_S: Final = 5.0
WAIT_MAX_S: Final = 900.0
"""Between tries, which wait twice as long each time."""
GIVE_UP_AFTER: Final = timedelta(hours=24)


class MailFailedError(Exception):
    """A mail was not taken; `for_good` where it never will be."""

    def __init__(self, cause: str, *, for_good: bool) -> None:
        super().__init__(cause)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken to be sent, for the `attempts`th time; `token` is new each time."""

    mail_id: str
    account_id: str
    kind: MailKind
    recipient: str
    attempts: int
    give_up_time: datetime
    due_time: datetime
    token: Token | None

    @property
    def is_last_try(self) -> bool:
        """Whether it is given up where it fails now."""
        return self.due_time >= self.give_up_time


class Waiting(NamedTuple):
    """How much mail is to be sent yet, and how long the oldest has waited."""

    mails: int
    oldest_s: float


class OutboxStore(Protocol):
    """Where mail is kept until it is sent. All raise StoreUnavailableError."""

    async def take(self, lease_s: float, give_up_after: timedelta) -> Mail | None:
        """Take one that is due for so long, and keep the digest of the new token that it gets."""

    async def remove(self, mail_id: str) -> None:
        """Remove one that was sent, or given up."""

    async def put_off(self, mail_id: str, wait_s: float) -> None:
        """Let one be due later."""

    async def waiting(self) -> Waiting:
        """Tell what there is."""


class Transport(Protocol):
    """Hands mail on."""

    async def send(self, mail_id: str, recipient: str, words: Letter) -> None:
        """Hand a mail on, or raise MailFailedError; takes SEND_TIMEOUT_S at most."""


class Outbox:
    """Sends mail."""

    def __init__(self, store: OutboxStore, transport: Transport, base_url: str) -> None:
        self._store = store
        self._transport = transport
        self._base_url = base_url
        self._under_way: set[asyncio.Task[bool]] = set()
        self._looking = asyncio.Lock()
        """Who has it asks the store, or rests as nothing was due; meanwhile the others wait."""

    async def send_one(self) -> bool:
        """Try to send one that is due; false where none is, or none is to be had."""
        try:
            async with self._looking:
                mail = await self._store.take(LEASE_S, GIVE_UP_AFTER)
        except StoreUnavailableError:
            return False  # and nothing was begun
        if mail is None:
            return False
        words = letter(mail.kind, mail.token, self._base_url)
        try:
            await self._transport.send(mail.mail_id, mail.recipient, words)
        except MailFailedError as failure:
            await self._failed(mail, failure)
        else:
            await self._store.remove(mail.mail_id)
            MAILS.labels(mail.kind.value, "sent").inc()
            log.info("mail sent", mail_id=mail.mail_id, kind=mail.kind.value)
        return True

    async def _failed(self, mail: Mail, failure: MailFailedError) -> None:
        about = {
            "mail_id": mail.mail_id,
            "kind": mail.kind.value,
            "account_id": mail.account_id,
            "attempts": mail.attempts,
            "cause": str(failure),
        }
        if failure.for_good or mail.is_last_try:
            MAILS.labels(mail.kind.value, "given_up").inc()
            log.error("mail given up", **about)
            await self._store.remove(mail.mail_id)
            return
        wait_s = wait_after(mail.attempts)
        MAILS.labels(mail.kind.value, "put_off").inc()
        log.warning("mail not sent", retry_after_s=wait_s, **about)
        await self._store.put_off(mail.mail_id, wait_s)

    @asynccontextmanager
    async def sending(self, interval_s: float = POLL_INTERVAL_S) -> AsyncIterator[None]:
        """Send what is due for the length of the context; what is begun then has FINISH_S."""
        senders = [partial(self._send_for_ever, interval_s)] * SENDERS
        try:
            async with running(self._watch_for_ever, *senders):
                yield
        finally:
            await self._finish()

    async def _finish(self) -> None:
        """Have what a server is being told end well, lest it be sent twice; tell what did not."""
        begun = tuple(self._under_way)
        if not begun:
            return
        _, unfinished = await asyncio.wait(begun, timeout=FINISH_S)
        for task in unfinished:
            task.cancel()
        for outcome in await asyncio.gather(*begun, return_exceptions=True):
            if isinstance(outcome, BaseException):
                log.error("mail under way failed at the stop", exc_info=outcome)

    async def _watch_for_ever(self) -> None:
        while True:
            try:
                waiting = await self._store.waiting()
            except StoreUnavailableError:
                pass  # what was seen last stays shown
            else:
                MAILS_WAITING.set(waiting.mails)
                OLDEST_MAIL_SECONDS.set(waiting.oldest_s)
            await asyncio.sleep(WATCH_INTERVAL_S)

    async def _send_for_ever(self, interval_s: float) -> None:
        while True:
            task = asyncio.create_task(self.send_one())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            try:
                sent = await asyncio.shield(task)
            except StoreUnavailableError:
                sent = False
            if not sent:
                async with self._looking:
                    await asyncio.sleep(interval_s)


def wait_after(attempts: int) -> float:
    """Tell how many seconds to wait after so many failed tries."""
    doublings = min(attempts - 1, 16)  # which is far beyond the longest wait
    return min(WAIT_MAX_S, FIRST_WAIT_S * float(1 << doublings))
