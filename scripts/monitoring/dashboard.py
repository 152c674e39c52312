"""The dashboard as Grafana reads it, of k8s/components/monitoring/dashboard.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
MONITORING: Final = ROOT / "k8s/components/monitoring"
WIDTH: Final = 24
"""Of Grafana's grid."""
PANELS_A_LINE: Final = 3
HEIGHT: Final = 8
SCHEMA_VERSION: Final = 39
SOURCE: Final = {"type": "prometheus", "uid": "${source}"}

Json = dict[str, Any]


def rows() -> list[Json]:
    """Read the source."""
    found: list[Json] = yaml.safe_load((MONITORING / "dashboard.yaml").read_text("utf-8"))
    return found


def queries() -> Iterator[str]:
    """Give every query as Prometheus gets it."""
    for row in rows():
        for panel in row["panels"]:
            for query in panel["queries"].values():
                yield query.replace("$__rate_interval", "1m")


def dashboard() -> str:
    """Write it."""
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "From"}
    written = {
        "uid": "instant-og",
        "title": "Instant OG",
        "tags": ["instant-og"],
        "schemaVersion": SCHEMA_VERSION,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "timezone": "utc",
        "editable": False,
        "templating": {"list": [source]},
        "panels": list(_panels()),
    }
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


def _panels() -> Iterator[Json]:
    number, y, width = 0, 0, WIDTH // PANELS_A_LINE
    for row in rows():
        number += 1
        place = {"x": 0, "y": y, "w": WIDTH, "h": 1}
        yield {"id": number, "type": "row", "title": row["row"], "gridPos": place, "panels": []}
        y += 1
        for n, panel in enumerate(row["panels"]):
            number += 1
            line, column = divmod(n, PANELS_A_LINE)
            place = {"x": column * width, "y": y + line * HEIGHT, "w": width, "h": HEIGHT}
            yield _graph(number, panel, place)
        y += -(-len(row["panels"]) // PANELS_A_LINE) * HEIGHT


def _graph(number: int, panel: Json, place: Json) -> Json:
    stacking = "normal" if panel.get("stacked") else "none"
    custom = {"fillOpacity": 10, "stacking": {"mode": stacking}}
    legend = {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull"]}
    return {
        "id": number,
        "type": "timeseries",
        "title": panel["title"],
        "description": panel.get("tells", ""),
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {
            "defaults": {"unit": panel["unit"], "min": 0, "custom": custom},
            "overrides": [],
        },
        "options": {"legend": legend},
        "targets": [
            {
                "refId": chr(ord("A") + n),
                "datasource": SOURCE,
                "expr": query,
                "legendFormat": name,
                "exemplar": panel.get("exemplars", False),
            }
            for n, (name, query) in enumerate(panel["queries"].items())
        ],
    }
