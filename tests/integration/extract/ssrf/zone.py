"""Names that lead inside, or partly, or later, or by detours."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from .dns import Code, Name
from .inside import edges
from .targets import Expected, Target

PUBLIC = "93.184.216.34"
PUBLIC_V6 = "2606:2800:21f:cb07::34"
SOME_INSIDE = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "fd00::1", "::1", "::ffff:10.0.0.1"]
INSIDE = "10.0.0.1"
OTHERWISE = Name(rounds=((INSIDE, "fd00::1"),))
"""What every name leads to that no case is about."""
TWICE = [f"twice{number}.com" for number in range(24)]
"""Public when a page is fetched from them, inside by the time of what it leads to."""
MANY = 200
CHAIN_LINKS = 12


def named_cases() -> Iterator[tuple[str, Name, Expected]]:
    """List names, what they answer, and what a page there must end in."""
    for number, address in enumerate(edges()):
        yield f"edge{number}.com", Name(((address,),)), Expected.NAME
    yield from _mixed()
    yield from _changing()
    yield from _aliased()
    yield from _odd()


def _mixed() -> Iterator[tuple[str, Name, Expected]]:
    """Answers that are public in part: that part may be used, and nothing else."""
    for number, inside in enumerate(SOME_INSIDE):
        for order, addresses in enumerate(permutations((inside, PUBLIC, PUBLIC_V6))):
            yield f"mixed{number}-{order}.com", Name((addresses,)), Expected.PUBLIC
        yield f"a-or-aaaa{number}.com", Name(((inside, PUBLIC_V6),)), Expected.PUBLIC
        yield f"private-a-and-aaaa{number}.com", Name(((inside, "fc00::1"),)), Expected.NAME
    yield "all-inside.com", Name((tuple(SOME_INSIDE),)), Expected.NAME


def _changing() -> Iterator[tuple[str, Name, Expected]]:
    """Rebinding: public when asked first, inside from then on."""
    for number, inside in enumerate(SOME_INSIDE):
        public = (PUBLIC,) if ":" not in inside else (PUBLIC_V6,)
        for ttl_s in (0, 1, 300):
            name = Name((public, (inside,)), ttl_s=ttl_s)
            yield f"rebinding{number}-{ttl_s}.com", name, Expected.PUBLIC
        name = Name(((inside,), public), ttl_s=0)
        yield f"bound-inside-first{number}.com", name, Expected.NAME
        name = Name((public, (*public, inside), (inside,)), ttl_s=0)
        yield f"rebinding-by-and-by{number}.com", name, Expected.PUBLIC


def _aliased() -> Iterator[tuple[str, Name, Expected]]:
    for number, inside in enumerate(SOME_INSIDE):
        name = Name(((inside,),), aliases=("www.public.com",))
        yield f"alias{number}.com", name, Expected.NAME
        links = tuple(f"link{link}.cdn{number}.com" for link in range(CHAIN_LINKS))
        yield f"chain{number}.com", Name(((inside,),), aliases=links), Expected.NAME
        name = Name(((PUBLIC, inside),), aliases=links)
        yield f"mixed-chain{number}.com", name, Expected.PUBLIC
    for number, alias in enumerate(("localhost", "metadata.google.internal", "printer.local")):
        name = Name(((INSIDE,),), aliases=(alias,))
        yield f"alias-special{number}.com", name, Expected.NAME
    loop = Name(((),), aliases=("loop.com", "back.loop.com", "loop.com"))
    yield "loop.com", loop, Expected.NAME


def _odd() -> Iterator[tuple[str, Name, Expected]]:
    many = tuple(f"10.1.{n // 250}.{n % 250 + 1}" for n in range(MANY))
    huge = tuple(f"fd00::{n:x}" for n in range(1, MANY))
    yield "many.com", Name((many,)), Expected.NAME
    yield "many-by-udp.com", Name((many,), is_huge_by_udp=True), Expected.NAME
    yield "many-v6.com", Name((huge,)), Expected.NAME
    yield "many-and-one-public.com", Name(((*many, PUBLIC),)), Expected.PUBLIC
    yield "nobody.com", Name(code=Code.NO_SUCH_NAME), Expected.NAME
    yield "nobody-but.com", Name(((INSIDE,),), code=Code.NO_SUCH_NAME), Expected.NAME
    yield "nothing.com", Name(), Expected.NAME
    yield "failing.com", Name(code=Code.SERVER_FAILED), Expected.NAME
    yield "refusing.com", Name(code=Code.REFUSED), Expected.NAME
    yield "silent.com", Name(is_silent=True), Expected.NAME
    yield "in-hosts-file.com", Name(code=Code.NO_SUCH_NAME), Expected.NAME
    yield "inside-by-v4-only.com", Name(((INSIDE,),)), Expected.NAME
    yield "deep.sub.domain.of.inside-too.com", OTHERWISE, Expected.NAME


def zone() -> dict[str, Name]:
    """Give the names of all cases, and TWICE."""
    names = {host: name for host, name, _ in named_cases()}
    for number, host in enumerate(TWICE):
        inside = SOME_INSIDE[number % len(SOME_INSIDE)]
        public = PUBLIC_V6 if ":" in inside else PUBLIC
        names[host] = Name(((public,), (inside,)), ttl_s=0)
    return names


def named_targets() -> Iterator[Target]:
    """List the URLs of all cases by http, whose port is open everywhere; of some also others."""
    for number, (host, _, expected) in enumerate(named_cases()):
        yield Target(f"http://{host}/", expected)
        if number % 4 == 0:
            # A closed port, also where the name is public: nothing tells one from the other.
            yield Target(f"https://{host}/", Expected.NAME)
            yield Target(f"http://{host}./", expected)
