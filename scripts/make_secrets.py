"""Print the Secrets whose values nobody outside the cluster knows, each with a new random password.

    python3 scripts/make_secrets.py | kubectl create -f -

`create`, not `apply`: it refuses what exists, and leaves no copy of the values in an annotation.
Needs nothing but Python. k8s/README.md names the Secrets that are not in here.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, Final

NAMESPACE: Final = "instant-og"
DATABASE: Final = "instant_og"
POSTGRES: Final = "postgres:5432"
TRUST: Final = "sslmode=verify-full&sslrootcert=/etc/instant-og/postgres/ca.crt"
SERVICES_WITH_SCHEMA: Final = ("auth", "billing", "edge")
PASSWORD_BYTES: Final = 32
BASIC: Final = "kubernetes.io/basic-auth"


def main() -> None:
    """Print a List of Secrets as JSON."""
    items = [_valkey()]
    for service in SERVICES_WITH_SCHEMA:
        items.append(_database(f"{service}-database", f"og_{service}"))
        items.append(_database(f"{service}-database-owner", f"og_{service}_owner"))
    print(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=2))


def _database(name: str, role: str) -> dict[str, Any]:
    """Give a role's password, for CloudNativePG, and a URL that has it, for pods."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    url = f"postgresql://{role}:{password}@{POSTGRES}/{DATABASE}?{TRUST}"
    return _secret(name, BASIC, {"username": role, "password": password, "url": url})


def _valkey() -> dict[str, Any]:
    """Give Valkey's only user, and a URL for auth."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    rules = f"user default off\nuser auth on >{password} ~* &* +@all\n"
    url = f"redis://auth:{password}@valkey:6379/0"
    return _secret("auth-valkey", "Opaque", {"url": url, "users.acl": rules})


def _secret(name: str, kind: str, values: dict[str, str]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": "instant-og"}
    if kind == BASIC:
        labels["cnpg.io/reload"] = "true"  # a password that changes is taken at once
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "type": kind,
        "stringData": values,
    }


if __name__ == "__main__":
    main()
