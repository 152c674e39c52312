"""What a bill of materials has that CycloneDX 1.6 does not allow."""

from __future__ import annotations

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def faults(document: str) -> list[str]:
    """Give what is wrong with it, by the schema that the library carries; empty if nothing is."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document, all_errors=True)
    return [str(fault) for fault in found or ()]
