"""The service as production runs it, called as edge calls it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

from og.extract.v1 import extract_pb2 as pb
from og.extract.v1 import extract_pb2_grpc
from og_service.channels import open_channel
from og_service.status import from_rpc_error

CALL_TIMEOUT_S = 40
START_TIMEOUT_S = 60
TOKEN = "token-of-edge-for-tests"

Answer = (
    pb.ExtractPageResponse
    | pb.FetchImagesResponse
    | pb.ExplainPageResponse
    | pb.InspectPageResponse
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended; error is all that its caller got to see, byte for byte."""

    answer: Answer | None
    reason: str = ""
    error: bytes = b""

    @property
    def images(self) -> Sequence[pb.Image]:
        """The pictures of an answer."""
        match self.answer:
            case pb.ExtractPageResponse() | pb.FetchImagesResponse():
                return self.answer.images
        return ()

    @property
    def title(self) -> str:
        """The title of a page, or the reason why there is none."""
        fields = getattr(self.answer, "fields", ())
        return next((it.text for it in fields if it.name == "title"), self.reason)

    @property
    def seen(self) -> bytes:
        """Everything that the caller got."""
        return self.error if self.answer is None else self.answer.SerializeToString()


class Extract:
    """Calls the service; an error is an outcome."""

    def __init__(
        self, stub: extract_pb2_grpc.ExtractServiceAsyncStub, process: asyncio.subprocess.Process
    ) -> None:
        self._stub = stub
        self.process = process
        self.calls = 0

    async def page(
        self,
        url: str,
        *images: tuple[str, str],
        fresh: bool = False,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> Outcome:
        wishes = [pb.ImageRequest(field_name=name, url=it) for name, it in images]
        request = pb.ExtractPageRequest(url=url, images=wishes, fresh=fresh)
        return await self._outcome(self._stub.ExtractPage(request, timeout=timeout_s))

    async def images(self, *images: tuple[str, str], timeout_s: float = CALL_TIMEOUT_S) -> Outcome:
        wishes = [pb.ImageRequest(field_name=name, url=it) for name, it in images]
        request = pb.FetchImagesRequest(images=wishes)
        return await self._outcome(self._stub.FetchImages(request, timeout=timeout_s))

    async def explain(self, url: str) -> Outcome:
        request = pb.ExplainPageRequest(url=url)
        return await self._outcome(self._stub.ExplainPage(request, timeout=CALL_TIMEOUT_S))

    async def inspect(self, url: str, timeout_s: float = CALL_TIMEOUT_S) -> Outcome:
        request = pb.InspectPageRequest(url=url)
        return await self._outcome(self._stub.InspectPage(request, timeout=timeout_s))

    async def _outcome(self, call: Awaitable[Answer]) -> Outcome:
        self.calls += 1
        try:
            return Outcome(await call)
        except grpc.aio.AioRpcError as error:
            details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
            text = f"{error.code().name}: {error.details()}: ".encode()
            return Outcome(None, from_rpc_error(error).reason, text + bytes(details))


@asynccontextmanager
async def run_service(address: str, log: Path, **settings: str) -> AsyncIterator[Extract]:
    """Run `python -m og_extract` for the length of the context; settings are its environment's."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"OG_CALLERS": f"operator={TOKEN}", "OG_LISTEN_ADDRESS": address} | settings
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "og_extract"),
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            async with open_channel(address, TOKEN) as channel:
                async with asyncio.timeout(START_TIMEOUT_S):
                    await channel.channel_ready()
                yield Extract(extract_pb2_grpc.ExtractServiceStub(channel), process)
            if process.returncode is not None:
                raise RuntimeError(f"the service ended with {process.returncode}, see {log}")
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
