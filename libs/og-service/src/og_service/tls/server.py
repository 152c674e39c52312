"""TLS for a server: our certificate to callers, and theirs to us."""

from __future__ import annotations

import grpc

from og_service.tls.certificates import Certificates
from og_service.tls.material import TlsMaterial


def server_credentials(certificates: Certificates) -> grpc.ServerCredentials:
    """Show what certificates are now to each new connection, and demand one of its own.

    gRPC asks for news at each handshake, from a thread of its own; connections that are open stay
    as they are until their age ends them.
    """
    shown = certificates.current

    def news() -> grpc.ServerCertificateConfiguration | None:
        nonlocal shown
        current = certificates.current
        if current is shown:
            return None
        shown = current
        return _configuration(current)

    return grpc.dynamic_ssl_server_credentials(
        _configuration(shown),
        news,  # type: ignore[arg-type]  # the stub does not know that None is no news
        require_client_authentication=True,
    )


def _configuration(material: TlsMaterial) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(material.key_pem, material.certificate_pem)], root_certificates=material.ca_pem
    )
