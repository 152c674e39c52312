"""What auth counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

from og_auth.identity.mail_kinds import MailKind
from og_service.metrics import REGISTRY

DECISIONS: Final = Counter(
    "og_auth_decisions",
    "Decisions, by the RPC that they answered and by what they were.",
    ["rpc", "decision"],
    registry=REGISTRY,
)
VERIFICATIONS: Final = Counter(
    "og_auth_verifications",
    "Looks at pages of sites, by what they showed (evidence) and what follows for the card "
    "(verdict; unspecified where the page had left the site).",
    ["evidence", "verdict"],
    registry=REGISTRY,
)
LOCAL_WINDOW_BATCHES: Final = Counter(
    "og_auth_local_window_batches",
    "Batches whose rate limits were counted in this process because Valkey was away.",
    registry=REGISTRY,
)
VALKEY_AWAY: Final = Gauge(
    "og_auth_valkey_away",
    "1 from a failed use of Valkey until a probe is answered, else 0.",
    registry=REGISTRY,
)
MAILS: Final = Counter(
    "og_auth_mails",
    "Tries to hand in mail, by its kind and result: sent, put_off (tried again later) or given_up.",
    ["kind", "result"],
    registry=REGISTRY,
)
for _kind in MailKind:
    for _result in ("sent", "put_off", "given_up"):
        MAILS.labels(_kind.value, _result)  # from 0, or nobody sees the first
MAILS_WAITING: Final = Gauge(
    "og_auth_mails_waiting",
    "Mail that is to be sent yet, by whichever process; as it was within the last 15 s.",
    registry=REGISTRY,
)
OLDEST_MAIL_SECONDS: Final = Gauge(
    "og_auth_oldest_mail_seconds",
    "How long the oldest of it waits.",
    registry=REGISTRY,
)
