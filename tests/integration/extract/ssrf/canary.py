from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter
from ipaddress import ip_address

from .inside import is_inside

BUFFER_BYTES = 64 * 1024 * 1024
_EVERY_PROTOCOL = 3
_SO_RCVBUFFORCE = 33
_SOL_PACKET = 263
_PACKET_STATISTICS = 6
_SYN, _ACK = 0x02, 0x10
_ETHERNET_BYTES = 14
CONTROLS = (("10.9.8.7", 9), ("fd09::7", 9))

SERVICE = ("127.0.0.1", 50052)
"""Where the service itself is asked."""


class Canary:
    """Sees every packet of the network, and counts what begins something: SYNs and datagrams.

    Whether anything listens at an address makes no difference.
    """

    def __init__(self) -> None:
        self.begun: Counter[tuple[str, int]] = Counter()
        self._packets = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERY_PROTOCOL)
        )
        self._packets.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_BYTES)
        self._packets.bind(("lo", 0))
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def inside(self) -> list[str]:
        """The addresses and ports inside that anybody tried to reach."""
        return sorted(
            f"{address} {port}"
            for address, port in self.begun
            if is_inside(address) and (address, port) != SERVICE
        )

    @property
    def missed(self) -> int:
        """How many packets came too fast to be looked at."""
        counts = self._packets.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        dropped: int = struct.unpack("II", counts)[1]
        return dropped

    def sing(self) -> None:
        """Try two closed ports inside, as a guard that failed would."""
        for address, port in CONTROLS:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with socket.socket(family) as plain, contextlib.suppress(ConnectionRefusedError):
                plain.connect((address, port))

    def _watch(self) -> None:
        while True:
            self._note(self._packets.recv(2048)[_ETHERNET_BYTES:])

    def _note(self, packet: bytes) -> None:
        if packet[0] >> 4 == 4:
            protocol, address, inner = packet[9], packet[16:20], packet[(packet[0] & 15) * 4 :]
        else:
            protocol, address, inner = packet[6], packet[24:40], packet[40:]
        begins = protocol == socket.IPPROTO_UDP or (
            protocol == socket.IPPROTO_TCP and inner[13] & (_SYN | _ACK) == _SYN
        )
        if begins:
            self.begun[str(ip_address(address)), struct.unpack(">H", inner[2:4])[0]] += 1
