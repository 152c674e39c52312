from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import grpc
import pytest

from og.extract.v1 import extract_pb2 as pb
from og.extract.v1 import extract_pb2_grpc
from og_extract.limits import Limits
from og_extract.reading_pool import ReadingPool
from og_extract.server import open_extractor, service_of
from og_extract.settings import Settings
from og_service.status import from_rpc_error
from og_service.testing import serve_in_process
from og_service.trust import Environment
from tests.support.seeds import rng

from .web import Web, serve_web

__all__ = ["rng"]

ANEW = Limits(page_fresh_s=0, pause_s=0)
"""Servers are always asked, since tests change what they say, and share a host."""
SHORT = replace(ANEW, call_s=3.0, answer_margin_s=0.1, images_s=1.0, connect_s=2.0)
"""What a test waits for where something hangs; long enough for what does not on a busy machine."""
OWN_TIME = Limits(answer_margin_s=4.0)
OWN_TIME_S = 6.0
"""Of a caller who gives up first; the answer's own way is seconds, on a busy machine."""
TIMEOUT_S = 40
"""Longer than any answer takes: who waits for it is not what is tested."""


class Target(Protocol):
    """A server that may be fetched from."""

    @property
    def target(self) -> str: ...


@dataclass
class FakeNames:
    """Names that tests give addresses to; the second time a name is asked for, another."""

    answers: dict[str, list[list[str]]] = field(default_factory=dict)

    async def resolve(self, host: str) -> Sequence[str]:
        answers = self.answers.get(host)
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Client:
    """Calls the service as edge does."""

    def __init__(self, stub: extract_pb2_grpc.ExtractServiceAsyncStub) -> None:
        self._stub = stub

    async def page(
        self,
        url: str,
        *images: tuple[str, str],
        ignored: Sequence[str] = (),
        fresh: bool = False,
        timeout_s: float = TIMEOUT_S,
    ) -> pb.ExtractPageResponse:
        wishes = [pb.ImageRequest(field_name=name, url=url) for name, url in images]
        request = pb.ExtractPageRequest(
            url=url, images=wishes, ignored_image_addresses=ignored, fresh=fresh
        )
        return await self._stub.ExtractPage(request, timeout=timeout_s)

    async def ai_page(
        self,
        url: str,
        *images: tuple[str, str],
        fresh: bool = False,
        timeout_s: float = TIMEOUT_S,
    ) -> pb.ExtractPageResponse:
        request = pb.ExtractPageRequest(
            url=url,
            images=[pb.ImageRequest(field_name=name, url=url) for name, url in images],
            mode=pb.EXTRACTION_MODE_AI,
            fresh=fresh,
        )
        return await self._stub.ExtractPage(request, timeout=timeout_s)

    async def outcome(self, url: str, timeout_s: float = TIMEOUT_S) -> str:
        """Give the page's title, or the reason why there is none."""
        try:
            page = await self.page(url, timeout_s=timeout_s)
        except grpc.aio.AioRpcError as error:
            return reason_of(error) or error.code().name
        return texts(page)["title"]

    async def images(self, *images: tuple[str, str]) -> pb.FetchImagesResponse:
        wishes = [pb.ImageRequest(field_name=name, url=url) for name, url in images]
        return await self._stub.FetchImages(pb.FetchImagesRequest(images=wishes), timeout=TIMEOUT_S)

    async def explain(self, url: str) -> pb.ExplainPageResponse:
        return await self._stub.ExplainPage(pb.ExplainPageRequest(url=url), timeout=TIMEOUT_S)

    async def inspect(self, url: str, user_agent: str = "") -> pb.InspectPageResponse:
        request = pb.InspectPageRequest(url=url, user_agent=user_agent)
        return await self._stub.InspectPage(request, timeout=TIMEOUT_S)

    async def capabilities(self) -> pb.GetCapabilitiesResponse:
        return await self._stub.GetCapabilities(pb.GetCapabilitiesRequest(), timeout=TIMEOUT_S)

    async def refusal(self, url: str) -> tuple[str, str]:
        """Give the reason and the text of the error that a page must end in."""
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.page(url)
        return reason_of(caught.value), str(caught.value.details())


def reason_of(error: grpc.aio.AioRpcError) -> str:
    return from_rpc_error(error).reason


class ServeExtract:
    """Runs the service on readers that run already: two take 1.4 s of a processor to start."""

    def __init__(self, readers: ReadingPool) -> None:
        self._readers = readers

    @asynccontextmanager
    async def __call__(
        self,
        *webs: Target,
        names: FakeNames | None = None,
        limits: Limits = SHORT,
        make_ssl_context: Callable[[], ssl.SSLContext] | None = None,
        **settings: Any,
    ) -> AsyncIterator[Client]:
        """Run it with the given servers as its loopback targets."""
        chosen = Settings(
            environment=Environment.DEVELOPMENT,
            loopback_targets=frozenset(web.target for web in webs),
            **settings,
        )
        async with (
            open_extractor(
                chosen,
                self._readers,
                resolver=names or FakeNames(),
                limits=limits,
                make_ssl_context=make_ssl_context,
            ) as extractor,
            serve_in_process([service_of(extractor)], "extract.instantog.com") as channel,
        ):
            await channel.channel_ready()
            yield Client(extract_pb2_grpc.ExtractServiceStub(channel))


@asynccontextmanager
async def open_serve_extract() -> AsyncIterator[ServeExtract]:
    """Start readers; a test that may end one has its own."""
    async with ReadingPool(Settings().extract_readers, Limits().parse_s) as readers:
        yield ServeExtract(readers)


@pytest.fixture(scope="session")
async def serve_extract() -> AsyncIterator[ServeExtract]:
    """Share readers among all tests that are not about readers."""
    async with open_serve_extract() as it:
        yield it


@pytest.fixture(scope="module")
async def web() -> AsyncIterator[Web]:
    async with serve_web() as it:
        yield it


@pytest.fixture(scope="module")
async def names() -> FakeNames:
    return FakeNames()


@pytest.fixture(scope="module")
async def client(serve_extract: ServeExtract, web: Web, names: FakeNames) -> AsyncIterator[Client]:
    async with serve_extract(web, names=names) as it:
        yield it


def texts(page: pb.ExtractPageResponse) -> dict[str, str]:
    return {field.name: field.text for field in page.fields if field.HasField("text")}
