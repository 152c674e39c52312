"""What the component `object-store` sets is what the library of the object store reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from og_edge.pictures import ObjectPictureStore, open_object_store
from og_stack.ports import LOOPBACK, free_ports
from scripts.manifests.render import EVERYTHING, parse, render
from tests.support.http_server import served


async def test_a_card_is_stored_with_the_credentials_that_edge_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    authority, certificate = tmp_path / "ca.crt", tmp_path / "tls.pem"
    ca = trustme.CA()
    ca.cert_pem.write_to_path(authority)
    ca.issue_cert(LOOPBACK).private_key_and_cert_chain_pem.write_to_path(certificate)
    asked: list[Request] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        asked.append(request)
        await request.body()
        await Response(headers={"ETag": '"an object"'})(scope, receive, send)

    given = {name: f"value-of-{name}" for name in variables()}
    assert given.keys() == {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://{LOOPBACK}:{port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    async with served(app, host=LOOPBACK, port=port, ssl_certfile=certificate):
        await ObjectPictureStore(open_object_store("s3://cards")).put("name", b"bytes")
    (request,) = asked
    assert (request.method, request.url.path) == ("PUT", "/cards/name")
    credential = "Credential=value-of-AWS_ACCESS_KEY_ID/"
    assert credential in request.headers["authorization"]
    assert "/value-of-AWS_REGION/s3/" in request.headers["authorization"]


def variables() -> set[str]:
    """Name what edge is given that its own settings do not read."""
    manifests = parse(render(EVERYTHING))
    (edge,) = [
        it["spec"]["template"]["spec"]["containers"][0]
        for it in manifests
        if (it["kind"], it["metadata"]["name"]) == ("Deployment", "edge")
    ]
    names = {entry["name"] for entry in edge["env"]}
    for manifest in manifests:
        if manifest["kind"] == "ConfigMap" and manifest["metadata"]["name"].startswith("edge-"):
            names |= manifest["data"].keys()
    return {name for name in names if name.startswith("AWS_")}
