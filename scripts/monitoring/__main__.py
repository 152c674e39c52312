"""Write the list of metrics and the dashboard, or with --check compare them with their sources."""

from __future__ import annotations

import argparse
import sys

from scripts.monitoring import dashboard, metrics_table

METRICS = dashboard.ROOT / "docs/operations/metrics.md"
HEAD = """# Metrics

<!-- Written by `make docs` from the services' code; edit that instead. -->

Each process serves its own at `/metrics`, where `OG_METRICS_ADDRESS` says so, and with them
prometheus_client's `process_*`, of the process that serves and not of its workers. What they are
good for is in [observability.md](observability.md). A histogram has samples with the endings
`_bucket`, `_sum` and `_count`.

"""


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    check_only = parser.parse_args().check
    texts = {
        METRICS: HEAD + metrics_table.table(),
        dashboard.MONITORING / "dashboard.json": dashboard.dashboard(),
    }
    stale = [path for path in texts if not path.exists() or path.read_text("utf-8") != texts[path]]
    if check_only and stale:
        names = ", ".join(str(path.relative_to(dashboard.ROOT)) for path in stale)
        print(f"stale: {names} (run `make docs`)", file=sys.stderr)
        return 1
    for path in stale:
        path.write_text(texts[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
