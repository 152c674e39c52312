"""Fetches hostile URLs in a network of its own where every address is local.

Runs as root under `unshare --net --mount`, with production settings. A canary sees every packet:
it prints, as JSON, which addresses got a SYN during the attempts, and how each attempt ended.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from ipaddress import ip_address

from og_extract.errors import PageUnreachableError, UrlNotAllowedError
from og_extract.images import ImageWish, Outcome
from og_extract.limits import Limits
from og_extract.server import open_extractor
from og_extract.settings import Settings

PUBLIC = "93.184.216.34"
CONTROL = "10.9.8.7"
INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "100.64.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2001::1",
    "2002:a00:1::1",
    "fc00::1",
    "fec0::1",
]
LIMITS = Limits(call_s=1.0, answer_margin_s=0, images_s=0.5, connect_s=0.3)


class Names:
    """inside-N.example.com leads to INSIDE[N], everything else to PUBLIC."""

    async def resolve(self, host: str) -> Sequence[str]:
        number = host.removeprefix("inside-").partition(".")[0]
        return [INSIDE[int(number)]] if number.isdecimal() else [PUBLIC]


class Canary:
    """Notes the address of every TCP connection that is tried."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self._packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self._packets.bind(("lo", 0))
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self._note(self._packets.recv(2048)[14:])

    def _note(self, packet: bytes) -> None:
        if packet[0] >> 4 == 4:
            protocol, address, tcp = packet[9], packet[16:20], packet[(packet[0] & 15) * 4 :]
        else:
            protocol, address, tcp = packet[6], packet[24:40], packet[40:]
        if protocol == socket.IPPROTO_TCP and tcp[13] & 0x12 == 2:
            self.tried.append(str(ip_address(address)))


def set_up_network() -> None:
    for command in (
        "ip link set lo up",
        "ip route add local 0.0.0.0/0 dev lo",
        "ip -6 route add local ::/0 dev lo",
    ):
        subprocess.run(command.split(), check=True, capture_output=True)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A public server: /to/N redirects inside, any other path is a page full of inside."""
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
    if path.startswith("/to/"):
        location = location_of(int(path.removeprefix("/to/")))
        writer.write(f"HTTP/1.1 302 X\r\nlocation: {location}\r\n\r\n".encode())
    else:
        number = int(path.removeprefix("/page/"))
        body = f'<base href="{location_of(number)}"><link rel="icon" href="/icon.png">'
        body += f'<meta property="og:image" content="http://inside-{number}.example.com/i.png">'
        head = f"HTTP/1.1 200 X\r\ncontent-type: text/html\r\ncontent-length: {len(body)}"
        writer.write(f"{head}\r\nconnection: close\r\n\r\n{body}".encode())
    await writer.drain()
    writer.close()


def location_of(number: int) -> str:
    address = INSIDE[number]
    return f"http://[{address}]/" if ":" in address else f"http://{address}/"


async def attempts() -> list[str]:
    outcomes = []
    public = await asyncio.start_server(answer, PUBLIC, 80)
    settings = Settings(environment="production")
    async with public, open_extractor(settings, resolver=Names(), limits=LIMITS) as extractor:
        wishes = [ImageWish("favicon"), ImageWish("image")]
        for number in range(len(INSIDE)):
            for url in (
                location_of(number),
                f"http://inside-{number}.example.com/",
                f"https://inside-{number}.example.com/",
                f"http://public.example.com/to/{number}",
                f"http://public.example.com/page/{number}",
            ):
                try:
                    done = await extractor.extract(url, wishes, 5)
                except (PageUnreachableError, UrlNotAllowedError) as error:
                    outcomes.append(error.reason)
                else:
                    got = any(it.outcome is Outcome.FETCHED for it in done.images)
                    outcomes.append("PICTURE" if got else "CARD_WITHOUT_PICTURES")
    return outcomes


def try_control() -> None:
    """Show that the canary sings: a plain connection is noted."""
    with socket.socket() as plain:
        plain.settimeout(1)
        plain.connect_ex((CONTROL, 80))


def main() -> None:
    set_up_network()
    canary = Canary()
    try_control()
    outcomes = asyncio.run(attempts())
    result = {"tried": sorted(set(canary.tried)), "outcomes": sorted(set(outcomes))}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
