"""An authority of certificates, and files as Kubernetes mounts them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

TRUST_DOMAIN = "instant-og.internal"
HOSTS = ("localhost", "127.0.0.1")
GOOD_FOR = dt.timedelta(hours=1)
SOME_TIME = dt.timedelta(minutes=5)
FILES = ("tls.crt", "tls.key", "ca.crt")


@dataclass(frozen=True)
class Issued:
    """A certificate, its key and the authority it is of, as PEM."""

    certificate: bytes
    key: bytes
    ca: bytes


@dataclass(frozen=True)
class Authority:
    """Issues certificates."""

    name: str = "tests"
    _key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def pem(self) -> bytes:
        """Its own certificate."""
        basic = x509.BasicConstraints(ca=True, path_length=None)
        builder = _builder(self._name, self._name, GOOD_FOR).public_key(self._key.public_key())
        return _signed(builder.add_extension(basic, critical=True), self._key)

    def issue(
        self,
        name: str,
        *,
        uris: Sequence[str] | None = None,
        hosts: Sequence[str] = HOSTS,
        good_for: dt.timedelta = GOOD_FOR,
        ca: bytes = b"",
    ) -> Issued:
        """Issue one for a program of ours, and for the hosts it serves as.

        uris replaces what names the program; `ca` what others are to be of: by default, of us.
        """
        if uris is None:
            uris = [f"spiffe://{TRUST_DOMAIN}/{name}"]
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri) for uri in uris]
        names += [_host(host) for host in hosts]
        key = generate_private_key(SECP256R1())
        builder = _builder(_named(name), self._name, good_for).public_key(key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Issued(_signed(builder, self._key), secret, ca or self.pem)

    @property
    def _name(self) -> x509.Name:
        return _named(self.name)


def mount(directory: Path, issued: Issued) -> dict[str, str]:
    """Put files into a directory as the kubelet does, at once, and give the settings for them.

    Each is a link into `..data`, which is a link to a folder that is replaced as a whole.
    """
    version = directory / f"..{uuid4()}"
    version.mkdir(parents=True)
    for file, pem in zip(FILES, (issued.certificate, issued.key, issued.ca), strict=True):
        (version / file).write_bytes(pem)
        link = directory / file
        if not link.is_symlink():
            link.symlink_to(Path("..data") / file)
    fresh = directory / "..data_tmp"
    fresh.symlink_to(version.name)
    fresh.rename(directory / "..data")
    names = ("tls_certificate", "tls_key", "tls_ca")
    return {name: str(directory / file) for name, file in zip(names, FILES, strict=True)}


def environment(settings: dict[str, str]) -> dict[str, str]:
    """Give settings as a process is told them."""
    return {f"OG_{name.upper()}": value for name, value in settings.items()}


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, good_for: dt.timedelta
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SOME_TIME)
        .not_valid_after(now + good_for)
    )


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
