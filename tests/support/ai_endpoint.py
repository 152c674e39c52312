"""A language model's endpoint on this machine that says what a test tells it to.

It speaks enough of OpenAI's chat completions for the product's client, keeps every request, and can
be as slow, as talkative and as broken as real ones are.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
MODEL = "scripted"

Reply = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All messages' text."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema that the endpoint is to keep to."""
        schema: dict[str, Any] = self.body["response_format"]["json_schema"]["schema"]
        return schema


@dataclass
class AiEndpoint:
    """Gives `replies` one after the other, the last one for ever; `asked` holds the requests."""

    port: int = 0
    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    abandoned: int = 0
    """Requests whose client hung up before it had its reply."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    def settings(self, **more: str) -> dict[str, Any]:
        """Give the environment variables that point extract here."""
        return {"AI_BASE_URL": self.base_url, "AI_MODEL": MODEL, **more}

    def will(self, *replies: Reply) -> None:
        """Forget what was asked, and reply so from now on."""
        self.replies = list(replies)
        self.asked.clear()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._handle(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while not writer.is_closing():
                    await self._answer_next(reader, writer)
        finally:
            writer.transport.abort()

    async def _answer_next(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Asked(method, path, headers, json.loads(body or b"{}"))
        self.asked.append(asked)
        reply = self.replies[0] if len(self.replies) == 1 else self.replies.pop(0)
        replying = asyncio.ensure_future(reply(asked, writer))
        gone = asyncio.create_task(reader.read(1))  # nothing is sent before a reply is had
        await asyncio.wait({replying, gone}, return_when=asyncio.FIRST_COMPLETED)
        self.abandoned += not replying.done()
        for task in (replying, gone):
            task.cancel()
        await asyncio.gather(replying, gone, return_exceptions=True)
        await writer.drain()


@asynccontextmanager
async def serve_ai() -> AsyncIterator[AiEndpoint]:
    """Serve for the length of the context."""
    endpoint = AiEndpoint(replies=[status(500)])
    server = await asyncio.start_server(endpoint.accept, HOST, 0)
    endpoint.port = server.sockets[0].getsockname()[1]
    try:
        yield endpoint
    finally:
        server.close()
        for task in endpoint.tasks:
            task.cancel()
        await asyncio.gather(*endpoint.tasks, return_exceptions=True)
        await server.wait_closed()


def completion(content: object, *, finish_reason: str = "stop", **message: Any) -> bytes:
    """Build the body of a chat completion."""
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content, **message},
                    "finish_reason": finish_reason,
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ).encode()


def says(answer: Mapping[str, object] | list[dict[str, str]] | str | None, **message: Any) -> Reply:
    """Reply with a completion: an object as JSON of the schema asked for, all else as it stands.

    Keys of the schema that the object leaves out are null, as the schema demands.
    """

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        content: object = answer
        if isinstance(answer, Mapping):
            keys = (
                dict.fromkeys(asked.schema["required"]) if "response_format" in asked.body else {}
            )
            content = json.dumps({**keys, **answer}, ensure_ascii=False)
        write(writer, 200, completion(content, **message))

    return reply


def status(code: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Reply:
    """Reply with a status and a body."""

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        write(writer, code, body, **headers)

    return reply


def slowly(reply: Reply, delay_s: float) -> Reply:
    """Reply after a while."""

    async def late(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(delay_s)
        await reply(asked, writer)

    return late


async def drips(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Send a byte every little while, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def floods(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Send as much as is taken, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[")
    while not writer.is_closing():
        writer.write(b"0," * 16_384)
        await writer.drain()


async def hangs_up(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Reset the connection without a word."""
    writer.transport.abort()


def write(writer: asyncio.StreamWriter, code: int, body: bytes, **headers: str) -> None:
    """Write a whole answer."""
    fields = {"content-type": "application/json", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    writer.write(f"HTTP/1.1 {code} X\r\n{lines}\r\n".encode("latin-1") + body)
