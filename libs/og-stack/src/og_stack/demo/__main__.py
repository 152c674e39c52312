from __future__ import annotations

import argparse

import uvicorn

from og_stack.demo.site import DemoSite
from og_stack.ports import LOOPBACK


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the demo pages on loopback.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--public-url", required=True, help="where the API answers")
    parser.add_argument("--site-id", required=True, help="the site the cards are asked for with")
    options = parser.parse_args()
    site = DemoSite(f"http://{LOOPBACK}:{options.port}", options.public_url, options.site_id)
    uvicorn.run(
        site.application(),
        host=LOOPBACK,
        port=options.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
