"""What IdentityService refuses."""

from __future__ import annotations

import math
from typing import Final

from og_service.errors import Code, ServiceError

QUEUE_RETRY_AFTER_S: Final = 1.0


class WeakPasswordError(ServiceError):
    """A password that is too short, too long or among the first that are guessed."""

    code = Code.INVALID_ARGUMENT
    reason = "WEAK_PASSWORD"

    def __init__(self, text: str) -> None:
        super().__init__(text, field_violations={"password": text})


class WrongCredentialsError(ServiceError):
    """The password is not the account's, or nobody has the address."""

    code = Code.UNAUTHENTICATED
    reason = "WRONG_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("The e-mail address and the password do not go together.")


class TooManyAttemptsError(ServiceError):
    """Too many passwords were tried of an account, or from a client."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after_s: float) -> None:
        minutes = max(1, math.ceil(retry_after_s / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(
            f"Too many passwords were tried; wait {wait}, or have a link mailed that sets a new "
            "one.",
            retry_after_s=retry_after_s,
        )


class SessionNotValidError(ServiceError):
    """Nobody is signed in by this token, or not any more."""

    code = Code.UNAUTHENTICATED
    reason = "SESSION_NOT_VALID"

    def __init__(self) -> None:
        super().__init__("The session is over; sign in again.")


class SessionNotFoundError(ServiceError):
    """No such session, or none of the account's."""

    code = Code.NOT_FOUND
    reason = "SESSION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__('There is no such session; check the id, which starts with "sess_".')


class TokenNotValidError(ServiceError):
    """A mailed token that is unknown, too old or used up."""

    code = Code.NOT_FOUND
    reason = "TOKEN_NOT_VALID"

    def __init__(self) -> None:
        super().__init__("The link is too old or was used; have another one mailed.")


class TooManyMailsError(ServiceError):
    """Too much mail was asked for, of an account or from a client."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_MAILS"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(
            "Enough mail was sent for now; look into the spam folder, too, or try again later.",
            retry_after_s=retry_after_s,
        )


class MailNotSetUpError(ServiceError):
    """What can only be mailed was asked for, and the operator has set up no mail."""

    code = Code.FAILED_PRECONDITION
    reason = "MAIL_NOT_SET_UP"

    def __init__(self) -> None:
        super().__init__("This system sends no mail; ask who runs it for a new password.")


class PasswordQueueFullError(ServiceError):
    """More passwords are to be hashed than can be soon."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "PASSWORD_QUEUE_FULL"

    def __init__(self) -> None:
        super().__init__(
            "Too many people are signing in; try again.", retry_after_s=QUEUE_RETRY_AFTER_S
        )
