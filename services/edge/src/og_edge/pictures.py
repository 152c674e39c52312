"""The bytes of cards, in whatever object store the operator names."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from og_edge.metrics import STORE_FAILURES, STORE_SECONDS, count_lookups
from og_service import tracing
from og_service.tracing import SpanKind

STORE_TIMEOUT_S: Final = 2
STORE_RETRIES_MAX: Final = 2
STORE_RETRY_TIMEOUT_S: Final = 3
CALL_TIMEOUT_S: Final = 3.0
"""One object, the wait for its turn included: what a folder on a network does not end by itself."""
MAX_CALLS: Final = 64
"""At the same time."""


class PictureStore(Protocol):
    """Where finished cards are kept."""

    async def get(self, name: str, size_bytes: int) -> bytes | None:
        """Give the whole object, or None when it is gone or not of that size."""

    async def put(self, name: str, data: bytes) -> None:
        """Keep data under name; readers see all of it or nothing."""

    async def delete(self, name: str) -> None:
        """Forget an object; one that is gone already is no error."""


def open_object_store(url: str) -> ObjectStore:
    """Open a store by its URL: file:///folder, s3://bucket, gs://bucket, az://container."""
    if urlsplit(url).scheme == "file":
        return LocalStore(Path(urlsplit(url).path), mkdir=True)
    return from_url(
        url,
        client_options={"timeout": dt.timedelta(seconds=STORE_TIMEOUT_S)},
        retry_config={
            "max_retries": STORE_RETRIES_MAX,
            "retry_timeout": dt.timedelta(seconds=STORE_RETRY_TIMEOUT_S),
        },
    )


class ObjectPictureStore:
    """PictureStore on obstore. A call that takes longer than call_timeout_s is a TimeoutError."""

    def __init__(self, store: ObjectStore, *, call_timeout_s: float = CALL_TIMEOUT_S) -> None:
        self._store = store
        self._call_timeout_s = call_timeout_s
        self._turns = asyncio.Semaphore(MAX_CALLS)

    async def get(self, name: str, size_bytes: int) -> bytes | None:
        """See PictureStore."""
        try:
            async with self._turn("get", name):
                data = bytes(await (await obstore.get_async(self._store, name)).bytes_async())
        except (NotFoundError, FileNotFoundError):
            data = b""
        is_whole = len(data) == size_bytes
        count_lookups("store", hits=is_whole, misses=not is_whole)
        return data if is_whole else None

    async def put(self, name: str, data: bytes) -> None:
        """See PictureStore."""
        async with self._turn("put", name):
            await obstore.put_async(self._store, name, data)

    async def delete(self, name: str) -> None:
        """See PictureStore."""
        with suppress(NotFoundError, FileNotFoundError):
            async with self._turn("delete", name):
                await obstore.delete_async(self._store, name)

    @asynccontextmanager
    async def _turn(self, operation: str, name: str) -> AsyncIterator[None]:
        span = tracing.span(f"object store {operation}", SpanKind.CLIENT)
        with span, STORE_SECONDS.labels(operation).time():
            try:
                async with asyncio.timeout(self._call_timeout_s), self._turns:
                    yield
            except (NotFoundError, FileNotFoundError):
                raise  # an answer like any other
            except TimeoutError:
                STORE_FAILURES.labels(operation).inc()
                what = f"object store: {operation} {name}: over {self._call_timeout_s:g} s"
                raise TimeoutError(what) from None
            except Exception:
                STORE_FAILURES.labels(operation).inc()
                raise
