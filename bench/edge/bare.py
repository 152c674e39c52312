"""The same bytes from memory: `python -m bench.edge.bare PORT ANSWER`."""

from __future__ import annotations

import sys
from pathlib import Path

from starlette.types import Receive, Scope, Send

from bench.serving import Prepared, serve

if __name__ == "__main__":
    prepared = Prepared.read(Path(sys.argv[2]))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer anything with the card."""
        del scope, receive
        await prepared.send(send)

    serve(app, int(sys.argv[1]))
