"""Valkey by TLS, as `rediss://…?ssl_ca_certs=…` asks for it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from og_auth.valkey import ValkeyAwayError, open_valkey
from og_stack.ports import LOOPBACK
from og_stack.valkey import EmbeddedValkey
from tests.support.authority import Authority, mount

SOCKET = "valkey.sock"


@asynccontextmanager
async def _by_tls(socket: Path, files: dict[str, str]) -> AsyncIterator[int]:
    """Let a server without TLS be reached by it, and give the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files["tls_certificate"], files["tls_key"])

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(socket)
        ways = (pump(reader, there_writer), pump(there_reader, writer))
        await asyncio.gather(*ways, return_exceptions=True)

    async with await asyncio.start_server(pass_on, LOOPBACK, 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def test_valkey_is_reached_by_tls_and_its_certificate_checked(tmp_path: Path) -> None:
    """The Valkey of the tests knows no TLS, so something in front of it does."""
    files = mount(tmp_path / "ours", Authority().issue("valkey"))
    other = mount(tmp_path / "other", Authority("other").issue("valkey"))
    with EmbeddedValkey(tmp_path / "valkey") as server:
        async with _by_tls(server.socket_directory / SOCKET, files) as port:
            url = f"rediss://{LOOPBACK}:{port}/0?ssl_ca_certs="
            async with open_valkey(f"{url}{files['tls_ca']}") as valkey:
                assert await valkey.ask([("PING",), ("ECHO", "hello")]) == [b"PONG", b"hello"]
            async with open_valkey(f"{url}{other['tls_ca']}") as valkey:
                with pytest.raises(ValkeyAwayError) as away:
                    await valkey.ask([("PING",)])
                assert "CERTIFICATE_VERIFY_FAILED" in str(away.value.__cause__)
