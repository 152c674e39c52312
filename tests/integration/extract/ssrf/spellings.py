"""URLs that lead inside by their own text, in every spelling that some parser understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from itertools import product

from .inside import edges
from .targets import Expected, Target

V4 = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "172.16.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse, not one to bind
]
V6 = ["::1", "::", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "5f00::1"]
WRITINGS: tuple[Callable[[int], str], ...] = (
    str,
    hex,
    lambda number: f"0{number:o}",
    lambda number: f"0X{number:X}",
    lambda number: f"0x{number:08x}",
)
DOTS = "\u3002\uff0e\uff61"
# Each begins a run of ten digits that the URL standard reads as 0 to 9.
DIGIT_RUNS = (0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
CIRCLED = dict(zip("0123456789", "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
RAISED = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
LOWERED = {str(digit): chr(0x2080 + digit) for digit in range(10)}
IGNORED = "\u00ad\u200b\u2060\ufeff\ufe0f"  # the standard drops them from hosts


def spellings() -> Iterator[Target]:
    """List them all, as http URLs."""
    hosts: dict[str, None] = {}
    for text in V4:
        hosts |= dict.fromkeys(v4_spellings(IPv4Address(text)))
        hosts |= dict.fromkeys(f"[{it}]" for it in v6_around(IPv4Address(text)))
    for text in V6:
        hosts |= dict.fromkeys(f"[{it}]" for it in v6_spellings(IPv6Address(text)))
    for text in edges():
        hosts[f"[{text}]" if ":" in text else text] = None
    for host in hosts:
        yield Target(f"http://{host}/", Expected.TEXT)


def v4_spellings(address: IPv4Address) -> Iterator[str]:
    """Spell an IPv4 address as inet_aton, browsers and careless parsers do."""
    plain, number = str(address), int(address)
    a, b, c, d = address.packed
    for write in WRITINGS:
        yield write(number)
        yield f"{write(number)}."
        yield f"{write(a)}.{write(number & 0xFFFFFF)}"
        yield f"{write(a)}.{write(b)}.{write(number & 0xFFFF)}"
        yield ".".join(map(write, (a, b, c, d)))
    for first, second in product(WRITINGS[:3], repeat=2):
        yield f"{first(a)}.{second(b)}.{first(c)}.{second(d)}"
    yield f"0000{a:o}.{b}.{c}.{d}"
    yield f"0x0000{a:x}.{b}.{c}.{d}"
    yield plain
    yield f"{plain}."
    for dot in DOTS:
        yield plain.replace(".", dot)
        yield plain.replace(".", dot, 1)
    yield f"{plain}\u3002"
    for start in DIGIT_RUNS:
        yield _with_digits(plain, {str(n): chr(start + n) for n in range(10)})
    for digits in (CIRCLED, RAISED, LOWERED):
        yield _with_digits(plain, digits)
        yield _with_digits(str(number), digits)
    for mark in IGNORED:
        yield plain.replace(".", f"{mark}.")
    yield "".join(f"%{ord(char):02x}" for char in plain)
    yield plain.replace(".", "%2e")
    yield plain.replace(".", "%E3%80%82")
    yield _with_digits(plain, CIRCLED).replace(".", "\u3002")
    yield f"{plain}:80"
    yield f"{plain}:"
    yield f"{plain}:080"
    yield f"{plain}:0"
    yield f"{plain}:22"


def _with_digits(text: str, digits: dict[str, str]) -> str:
    return "".join(digits.get(char, char) for char in text)


def v6_around(inner: IPv4Address) -> Iterator[str]:
    """Wrap an IPv4 address into each IPv6 form that carries one."""
    number = int(inner)
    high, low = number >> 16, number & 0xFFFF
    for prefix in ("::ffff:", "::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::", "fe80::5efe:"):
        yield f"{prefix}{inner}"
        yield f"{prefix}{high:x}:{low:x}"
    yield f"0:0:0:0:0:FFFF:{high:04X}:{low:04X}"
    yield f"0000:0000:0000:0000:0000:ffff:{inner}"
    yield f"2002:{high:x}:{low:x}::"
    yield f"2002:{high:x}:{low:x}::1"
    yield f"2001:0:{high:x}:{low:x}::1"
    yield f"2001::{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}"
    yield f"2001:db8::5efe:{inner}"


def v6_spellings(address: IPv6Address) -> Iterator[str]:
    """Spell an IPv6 address short, long, loud and with zones."""
    yield str(address)
    yield address.exploded
    yield address.exploded.upper()
    yield str(address).replace("::", ":0:", 1) if str(address).count(":") > 2 else str(address)
    for zone in ("%25lo", "%lo", "%251", "%25", "%"):
        yield f"{address}{zone}"
