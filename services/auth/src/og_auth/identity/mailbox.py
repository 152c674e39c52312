"""Whether mail is sent, and what that means for addresses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from og_auth.accounts import AccountRecord
from og_auth.identity.errors import MailNotSetUpError
from og_auth.identity.mail_kinds import NewMail


class MailWay(Enum):
    """Where mail goes."""

    SMTP = auto()
    LOG = auto()
    """In development, where no SMTP server is named: people read it there."""
    NOWHERE = auto()
    """In production, where none is named: a log is no place for secrets."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Takes mail where it goes somewhere."""

    way: MailWay

    @property
    def verifies_addresses(self) -> bool:
        """Whether addresses must be verified, as they can be where mail reaches them."""
        return self.way is MailWay.SMTP

    def of(self, *mails: NewMail) -> list[NewMail]:
        """Give what of the mails is to be sent."""
        return [] if self.way is MailWay.NOWHERE else list(mails)

    def demand(self) -> None:
        """Raise MailNotSetUpError where no mail goes anywhere."""
        if self.way is MailWay.NOWHERE:
            raise MailNotSetUpError

    def needs_verification(self, account: AccountRecord) -> bool:
        """Tell whether an account's address must be verified before it gets credits."""
        return self.verifies_addresses and account.email_verify_time is None
