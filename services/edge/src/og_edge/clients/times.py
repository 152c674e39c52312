"""Moments in messages."""

from __future__ import annotations

import datetime as dt

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp


def time_of(message: Message, field: str) -> dt.datetime | None:
    """Give a moment that a message may hold, in UTC."""
    if not message.HasField(field):
        return None
    time: dt.datetime = getattr(message, field).ToDatetime(dt.UTC)
    return time


def to_timestamp(time: dt.datetime | None) -> Timestamp | None:
    """Write a moment; None is a field that is not set."""
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp
