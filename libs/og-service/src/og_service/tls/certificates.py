"""The certificate of this process, taken anew when its files change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from prometheus_client import Gauge

from og_service.background import running
from og_service.metrics import REGISTRY
from og_service.tls.material import TlsFiles, TlsMaterial, UnfitFileError, read_material
from og_service.trust import TrustSettings

log = structlog.get_logger()

READ_INTERVAL_S: Final = 5.0
"""The kubelet takes a minute to write what changed, and certificates are renewed hours before
their end: looking this often costs nothing and needs no watch that symbolic links mislead."""

EXPIRY = Gauge(
    "og_tls_certificate_expiry_seconds",
    "When the certificate that this process shows ends to be good, in unix time.",
    ["name"],
    registry=REGISTRY,
)


class Certificates:
    """What we show now; whoever keeps some of it waits for the next."""

    def __init__(self, files: TlsFiles, trust_domain: str) -> None:
        """Read the files; raises UnfitFileError where they are not to be used."""
        self.trust_domain = trust_domain
        self._files = files
        self._fault = ""
        self._changed = asyncio.Event()
        self.current = read_material(files, trust_domain)
        self._tell()

    async def after(self, seen: TlsMaterial) -> TlsMaterial:
        """Give what we show once that is something else than what was seen."""
        while self.current is seen:
            await self._changed.wait()
        return self.current

    async def follow(self) -> None:
        """Look at the files for ever and take what they have, as long as it is fit.

        They are read beside the loop. What is unfit is told once and looked at again: it may be
        half written, or read while one file was new and another old.
        """
        while True:
            await asyncio.sleep(READ_INTERVAL_S)
            try:
                found = await asyncio.to_thread(read_material, self._files, self.trust_domain)
            except UnfitFileError as error:
                self._warn(str(error))
            else:
                self._fault = ""
                self._take(found)

    def _warn(self, fault: str) -> None:
        if fault != self._fault:
            log.warning("new certificate is unfit, the old one stays", cause=fault)
        self._fault = fault

    def _take(self, found: TlsMaterial) -> None:
        if found == self.current:
            return
        self.current = found
        log.info("new certificate", name=found.name, expires=found.expiry.isoformat())
        self._tell()
        self._changed.set()
        self._changed = asyncio.Event()

    def _tell(self) -> None:
        EXPIRY.labels(self.current.name).set(self.current.expiry.timestamp())
        if not self.current.is_of_authorities:
            log.warning(
                "our certificate is of none of the authorities that we accept: others may not"
                " accept it; while an authority is changed, OG_TLS_CA has the old one and the new",
                name=self.current.name,
                certificate=str(self._files.certificate),
                ca=str(self._files.ca),
            )


@asynccontextmanager
async def open_certificates(settings: TrustSettings) -> AsyncIterator[Certificates | None]:
    """Follow the files for the length of the context; None where the settings name none.

    Raises UnfitFileError.
    """
    if settings.tls_files is None:
        yield None
        return
    certificates = Certificates(settings.tls_files, settings.trust_domain)
    async with running(certificates.follow):
        yield certificates
