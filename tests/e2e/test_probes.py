"""What the kubelet asks for is answered by the services that run."""

from __future__ import annotations

import grpc
import pytest
from grpc_health.v1 import health_pb2

from og_stack.processes import GRPC_SERVICES
from og_stack.stack import Stack
from scripts.manifests.render import parse, render

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
ASK_TIMEOUT_S = 10


@pytest.mark.parametrize("service", GRPC_SERVICES)
async def test_a_service_serves_the_names_that_its_probes_ask_for(
    stack: Stack, service: str
) -> None:
    (pod,) = [
        manifest["spec"]["template"]["spec"]
        for manifest in parse(render("production"))
        if (manifest["kind"], manifest["metadata"]["name"]) == ("Deployment", service)
    ]
    (container,) = pod["containers"]
    async with grpc.aio.insecure_channel(stack.services.target(service)) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        for probe in PROBES:
            name = container[probe]["grpc"]["service"]
            answer = await check(health_pb2.HealthCheckRequest(service=name), timeout=ASK_TIMEOUT_S)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING, (probe, name)
