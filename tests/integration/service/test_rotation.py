"""Certificates that change while calls are made."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from structlog.testing import capture_logs
from structlog.typing import EventDict

from og_service.channels import open_channel
from og_service.metrics import REGISTRY
from og_service.tls import certificates as module
from og_service.tls import channel as channel_module
from og_service.tls.certificates import open_certificates
from og_service.tls.channel import RenewedChannel
from og_service.tls.material import TlsMaterial
from og_service.trust import TrustSettings
from tests.integration.service.echo import call, serve_echo
from tests.support.authority import Authority, Issued, mount
from tests.support.waiting import eventually

OURS = Authority()
ROTATIONS = 5
CALLERS = 8
SOON = dt.timedelta(seconds=3)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_INTERVAL_S", 0.05)


@asynccontextmanager
async def calling(address: str, directory: Path) -> AsyncIterator[grpc.aio.Channel]:
    settings = TrustSettings.model_validate(mount(directory, OURS.issue("edge")))
    async with (
        open_certificates(settings) as certificates,
        open_channel(address, "", certificates) as channel,
    ):
        yield channel


async def shown_by(address: str, client: Issued, directory: Path) -> int:
    """Give the serial number of the certificate that a server shows to a new connection."""
    files = mount(directory, client)
    context = ssl.create_default_context(cadata=client.ca.decode())
    context.load_cert_chain(files["tls_certificate"], files["tls_key"])
    host, _, port = address.rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return x509.load_der_x509_certificate(shown).serial_number


def serial(issued: Issued) -> int:
    return x509.load_pem_x509_certificate(issued.certificate).serial_number


async def test_certificates_of_both_sides_rotate_under_calls_and_none_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "REST_S", 0.2)
    server, client = tmp_path / "server", tmp_path / "client"
    calls, ended = 0, asyncio.Event()

    async def call_steadily(channel: grpc.aio.Channel) -> None:
        nonlocal calls
        while not ended.is_set():
            assert await call(channel, "hello") == "hello"
            calls += 1

    async def served(count: int) -> None:
        reached = calls + count
        await eventually(lambda: calls >= reached or any(each.done() for each in callers))

    async with (
        serve_echo(settings=mount(server, OURS.issue("echo"))) as address,
        calling(address, client) as channel,
    ):
        callers = [asyncio.create_task(call_steadily(channel)) for _ in range(CALLERS)]
        await served(CALLERS)
        for number in range(ROTATIONS):
            issued = OURS.issue("echo")
            mount(server, issued)
            name = ("operator", "edge")[number % 2]
            mount(client, OURS.issue(name))
            while await shown_by(address, OURS.issue("edge"), tmp_path / "probe") != serial(issued):
                await served(1)
            while (await call(channel, "who")).split()[0] != name:
                await served(1)
            await served(100)
        ended.set()
        await asyncio.gather(*callers)


async def test_a_new_authority_takes_over_without_a_failed_call(tmp_path: Path) -> None:
    server, client = tmp_path / "server", tmp_path / "client"
    new = Authority("new")
    both = OURS.pem + new.pem
    async with (
        serve_echo(settings=mount(server, OURS.issue("echo"))) as address,
        calling(address, client) as channel,
    ):
        for serving, caller in (
            (OURS.issue("echo", ca=both), OURS.issue("operator", ca=both)),
            (new.issue("echo", ca=both), new.issue("edge", ca=both)),
            (new.issue("echo"), new.issue("operator")),
        ):
            mount(server, serving)
            while await _shown(address, caller, tmp_path / "probe") != serial(serving):
                assert await call(channel, "hello") == "hello"
            mount(client, caller)
            name = _name(caller)
            while (await call(channel, "who")).split()[0] != name:  # noqa: ASYNC110
                await asyncio.sleep(0)


async def _shown(address: str, caller: Issued, directory: Path) -> int:
    try:
        return await shown_by(address, caller, directory)
    except ssl.SSLError:  # as long as it knows our authority not, nor we its
        return 0


def _name(issued: Issued) -> str:
    [uri] = (
        x509.load_pem_x509_certificate(issued.certificate)
        .extensions.get_extension_for_class(x509.SubjectAlternativeName)
        .value.get_values_for_type(x509.UniformResourceIdentifier)
    )
    return uri.rpartition("/")[2]


async def test_a_fault_while_a_channel_is_opened_anew_is_told_of_and_tried_again(
    tmp_path: Path,
) -> None:
    fault = RuntimeError("a fault of ours")
    opened: list[str] = []
    settings = TrustSettings.model_validate(mount(tmp_path, OURS.issue("edge")))
    async with serve_echo(settings=mount(tmp_path / "server", OURS.issue("echo"))) as address:

        def open_it(material: TlsMaterial) -> grpc.aio.Channel:
            opened.append(material.name)
            if len(opened) == 2:
                raise fault
            return grpc.aio.secure_channel(
                address,
                grpc.ssl_channel_credentials(
                    material.ca_pem, material.key_pem, material.certificate_pem
                ),
            )

        with capture_logs() as lines:
            async with open_certificates(settings) as certificates:
                assert certificates is not None
                async with RenewedChannel(open_it, certificates) as channel:
                    assert (await call(channel, "who")).split()[0] == "edge"
                    mount(tmp_path, OURS.issue("operator"))
                    while (await call(channel, "who")).split()[0] != "operator":  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
    assert opened == ["edge", "operator", "operator"]
    [told] = [line for line in lines if line["event"] == "background work ended"]
    assert (told["work"], told["exc_info"]) == ("RenewedChannel._follow", fault)


async def test_a_certificate_of_no_authority_that_we_accept_is_used_and_warned_of(
    tmp_path: Path,
) -> None:
    theirs = Authority("theirs")
    foreign, ours, foreign_anew = (
        theirs.issue("edge", ca=OURS.pem),
        OURS.issue("edge", ca=theirs.pem + OURS.pem),
        theirs.issue("edge", ca=OURS.pem),
    )
    settings = TrustSettings.model_validate(mount(tmp_path, foreign))

    def warned() -> list[EventDict]:
        return [line for line in lines if "of none of the authorities" in line["event"]]

    with capture_logs() as lines:
        async with open_certificates(settings) as certificates:
            assert certificates is not None
            for issued, warnings in ((foreign, 1), (ours, 1), (foreign_anew, 2)):
                mount(tmp_path, issued)
                pem = issued.certificate
                await eventually(lambda pem=pem: certificates.current.certificate_pem == pem)  # type: ignore[misc]
                assert len(warned()) == warnings
    assert {line["ca"] for line in warned()} == {settings.tls_ca}


async def test_a_certificate_that_expired_is_replaced_without_a_restart(tmp_path: Path) -> None:
    server = tmp_path / "server"
    expired = OURS.issue("echo", good_for=SOON)
    good_until_s = time.time() + SOON.total_seconds()
    probe = OURS.issue("edge")
    async with serve_echo(settings=mount(server, expired)) as address:
        assert await shown_by(address, probe, tmp_path / "probe") == serial(expired)
        told = REGISTRY.get_sample_value("og_tls_certificate_expiry_seconds", {"name": "echo"})
        assert told is not None
        assert abs(told - good_until_s) < 2
        while await _shown(address, probe, tmp_path / "probe") == serial(expired):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # until it is over
        renewed = OURS.issue("echo")
        mount(server, renewed)
        while await _shown(address, probe, tmp_path / "probe") != serial(renewed):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        async with calling(address, tmp_path / "client") as channel:
            assert await call(channel, "hello") == "hello"


async def test_files_that_do_not_fit_leave_the_old_ones_and_are_told_of_once(
    tmp_path: Path,
) -> None:
    server = tmp_path / "server"
    old, other, new = OURS.issue("echo"), OURS.issue("echo"), OURS.issue("echo")
    half = new.certificate[: len(new.certificate) // 2]
    unfit = [
        (Issued(new.certificate, other.key, new.ca), "OG_TLS_KEY"),
        (Issued(half, new.key, new.ca), "OG_TLS_CERTIFICATE"),
        (Issued(new.certificate, new.key, b""), "OG_TLS_CA"),
        (OURS.issue("echo", good_for=-dt.timedelta(seconds=1)), "OG_TLS_CERTIFICATE"),
        (OURS.issue("echo", uris=[]), "OG_TLS_CERTIFICATE"),
    ]

    def of(setting: str, lines: list[EventDict]) -> list[EventDict]:
        # Others may be there: what was read while the files changed is of the old and the new.
        return [line for line in lines if str(line.get("cause")).startswith(f"{setting}:")]

    async with serve_echo(settings=mount(server, old)) as address:
        for issued, setting in unfit:
            with capture_logs() as lines:
                mount(server, issued)
                await eventually(lambda lines=lines, setting=setting: of(setting, lines))  # type: ignore[misc]
                await asyncio.sleep(0.3)  # it is looked at again, and said no more
            [line] = of(setting, lines)
            assert line["log_level"] == "warning"
            assert await shown_by(address, OURS.issue("edge"), tmp_path / "edge") == serial(old)
        mount(server, new)
        while await shown_by(address, OURS.issue("edge"), tmp_path / "edge") != serial(new):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
