# SPDX-License-Identifier: Apache-2.0
"""A certificate authority of the tests, and a certificate of its for localhost."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["load", "server_tls"]


def server_tls(
    folder: Path, *, name: str = "localhost", address: str | None = None, days: tuple[int, int] = (-1, 1)
) -> tuple[ssl.SSLContext, Path]:
    """
    Make a certificate, by default for localhost.

    :param folder: Where to write it and its key.
    :param address: The IP address that it is for, beside the name.
    :param days: From and until when it is valid, in days from now.
    :return: The TLS settings of a server that has it, and the file to trust.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if address:
        names.append(x509.IPAddress(ipaddress.ip_address(address)))
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    authority, private = folder / "authority.pem", folder / "private.pem"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return load(folder), authority


def load(folder: Path) -> ssl.SSLContext:
    """Return the TLS settings of a server that has the certificate in a folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "authority.pem", folder / "private.pem")
    return context
