"""Our reader of pages beside its peers, on pages with values found by hand.

OG_CORPUS names their folder. Goals are held against a third of the pages, which nobody looks at
while tuning.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing

from bench.extract.corpus import Entry, NoCorpusError, load_corpus
from bench.extract.entrants import PEERS, Entrant, Reader, Round, ours, peers
from bench.extract.misses import misses_text
from bench.extract.report import Result, as_json, as_text
from bench.extract.scores import FIELDS
from og_service.progress import Progress

ROUNDS = 5


def main() -> None:
    asked = _arguments()
    try:
        corpus = load_corpus()
    except NoCorpusError as error:
        sys.exit(f"bench: {error}")
    if asked.misses:
        print(misses_text(corpus, asked.misses, held_out=asked.held_out))
        return
    chosen = [ours()]
    if not asked.ours:
        PEERS.install()
        chosen += peers()
    result = Result(corpus, chosen, _read(chosen, corpus, asked.rounds))
    print(as_json(result) if asked.json else as_text(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.extract", description=__doc__)
    parser.add_argument("--ours", action="store_true", help="our reader only")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how many rounds ({ROUNDS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--misses", metavar="FIELD", choices=FIELDS, help="list what ours has wrong, to tune by"
    )
    parser.add_argument(
        "--held-out", action="store_true", help="list that of pages nobody may tune by instead"
    )
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds: at least one")
    if asked.held_out and not asked.misses:
        parser.error("--held-out goes with --misses; tables show both parts")
    return asked


def _read(
    chosen: Sequence[Entrant], corpus: Sequence[Entry], rounds: int
) -> dict[str, list[Round]]:
    """Let all read all pages, round by round, so that what else the machine does falls on all."""
    found: dict[str, list[Round]] = {it.name: [] for it in chosen}
    with ExitStack() as stack:
        progress = stack.enter_context(Progress("turns of reading", rounds * len(chosen)))
        readers = [stack.enter_context(closing(Reader(it, corpus))) for it in chosen]
        for _ in range(rounds):
            for reader in random.sample(readers, len(readers)):
                found[reader.entrant.name].append(reader.read())
                progress.advance()
    return found


if __name__ == "__main__":
    main()
