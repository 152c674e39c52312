"""What a process shows of itself over TLS, read from PEM files and found fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from og_service.tls.spiffe import name_in

MAX_PEM_BYTES: Final = 1024 * 1024


class UnfitFileError(ValueError):
    """A file that cannot be used; the text names the setting and says what is wrong."""


@dataclass(frozen=True)
class TlsFiles:
    """Where the PEM files are, as the settings say: they are read again and again."""

    certificate: Path
    """OG_TLS_CERTIFICATE: our certificate, and those between it and the authority, if any."""
    key: Path
    """OG_TLS_KEY: its private key."""
    ca: Path
    """OG_TLS_CA: the authorities whose certificates we accept of others."""


@dataclass(frozen=True)
class TlsMaterial:
    """A certificate with its key, and the authorities, that fit together."""

    certificate_pem: bytes
    key_pem: bytes = field(repr=False)
    ca_pem: bytes
    name: str
    """Who the certificate says that we are."""
    expiry: dt.datetime
    """When it ends to be good, in UTC."""
    is_of_authorities: bool
    """Whether one of the authorities issued it. Not so is no fault: while an authority is changed,
    ours may be of the new one before its certificate is there to accept others by, or the other
    way round. But others that are told the same authorities do not accept us."""


def read_material(files: TlsFiles, trust_domain: str) -> TlsMaterial:
    """Read the files; raises UnfitFileError where they are not to be used now."""
    certificate_pem = _read("OG_TLS_CERTIFICATE", files.certificate)
    key_pem = _read("OG_TLS_KEY", files.key)
    ca_pem = _read("OG_TLS_CA", files.ca)
    chain = _certificates("OG_TLS_CERTIFICATE", files.certificate, certificate_pem)
    authorities = _certificates("OG_TLS_CA", files.ca, ca_pem)
    certificate = chain[0]
    _demand_fitting_key(files.key, key_pem, certificate)
    _demand_validity(files.certificate, certificate)
    name = name_in(_uris(certificate), trust_domain)
    if name is None:
        raise UnfitFileError(
            f"OG_TLS_CERTIFICATE: {files.certificate} names nobody of ours: its only URI must be"
            f" spiffe://{trust_domain}/<name> (OG_TRUST_DOMAIN is {trust_domain})"
        )
    return TlsMaterial(
        certificate_pem,
        key_pem,
        ca_pem,
        name,
        certificate.not_valid_after_utc,
        any(_is_issued_by(each, authority) for each in chain for authority in authorities),
    )


def _read(setting: str, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            pem = file.read(MAX_PEM_BYTES + 1)
    except OSError as error:
        raise UnfitFileError(f"{setting}: {path} cannot be read: {error.strerror}") from error
    if len(pem) > MAX_PEM_BYTES:
        raise UnfitFileError(f"{setting}: {path} has more than {MAX_PEM_BYTES} bytes")
    return pem


def _certificates(setting: str, path: Path, pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise UnfitFileError(f"{setting}: {path} is no PEM of certificates") from error


def _is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _demand_fitting_key(path: Path, pem: bytes, certificate: x509.Certificate) -> None:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnfitFileError(f"OG_TLS_KEY: {path} is no PEM of a key without password") from error
    if key.public_key() != certificate.public_key():
        raise UnfitFileError(f"OG_TLS_KEY: {path} is not the key of OG_TLS_CERTIFICATE")


def _demand_validity(path: Path, certificate: x509.Certificate) -> None:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= dt.datetime.now(dt.UTC) < end:
        raise UnfitFileError(
            f"OG_TLS_CERTIFICATE: {path} is good from {begin.isoformat()} to {end.isoformat()} only"
        )


def _uris(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return names.value.get_values_for_type(x509.UniformResourceIdentifier)
