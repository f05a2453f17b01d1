"""Reaching a server: always a verified TLS context, and what went wrong in words."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from pathlib import Path

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import Security, Server
from app.remote import answers

_NOT_YET_VALID, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
"""X509_V_ERR_… of OpenSSL."""
_OUTDATED = re.compile(
    r"unsupported[ _]protocol|alert[ _]protocol[ _]version|no[ _]protocols[ _]available|legacy sigalg", re.I
)
"""In OpenSSL's words for a server that speaks TLS 1.1 at best; some have no code of their own."""


def secure_context(ca_file: str) -> ssl.SSLContext:
    """A context that verifies chain and host name, against `ca_file` (PEM) or the system's authorities."""
    if not ca_file:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise AskUser(
            f"The certificate file {Path(ca_file).name} cannot be read. Choose a PEM file with the authority’s certificate.",
            Fix.CERTIFICATE,
            str(error),
        ) from None


def unreachable(server: Server, error: BaseException, timeout: float = 30.0) -> Trouble:
    """What a failed connection attempt or handshake means."""
    host = server.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return _bad_certificate(server, error, timeout)
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return answers.lost(host, str(error))
    if isinstance(error, ssl.SSLError) and _OUTDATED.search(str(error)):
        return AskUser(
            f"{host} speaks only an outdated version of TLS, which others can listen to. Tandem did not send your password. "
            "Only its operator can renew it.",
            Fix.CERTIFICATE,
            str(error),
        )
    if isinstance(error, ssl.SSLError):
        return AskUser(
            f"{host} does not speak TLS on port {server.port}. Tandem did not send your password. Check port and security.",
            Fix.SERVER,
            str(error),
        )
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return TryLater(
            f"The name {host} could not be looked up: this computer seems to be offline. Tandem tries again by itself.",
            Fix.NETWORK,
            str(error),
        )
    if isinstance(error, socket.gaierror):
        return TryLater(
            f"No server with the name {host} was found. Check the name, or whether this computer is online.",
            Fix.NETWORK,
            str(error),
        )
    if isinstance(error, UnicodeError):
        return AskUser(f"{host} cannot be the name of a server. Check the server name.", Fix.SERVER, str(error))
    if isinstance(error, ConnectionRefusedError):
        return TryLater(
            f"{host} refused the connection on port {server.port}. Check the port, or try again later.",
            Fix.NETWORK,
            str(error),
        )
    if isinstance(error, TimeoutError):
        return answers.silent(host, timeout)
    if isinstance(error, (ConnectionError, EOFError)):
        return answers.lost(host, str(error))
    return TryLater(f"{host} could not be reached. Check whether this computer is online.", Fix.NETWORK, str(error))


def _bad_certificate(server: Server, error: ssl.SSLCertVerificationError, timeout: float) -> AskUser:
    unsent = "Tandem did not send your password."
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        name = _name_in_certificate(server, timeout)
        belongs = f"another name ({name})" if name else "another name"
        sentence = f"The server’s certificate belongs to {belongs}. {unsent} Check the server name."
    elif error.verify_code == _EXPIRED:
        sentence = f"The certificate of {server.host} has expired. {unsent} Only its operator can renew it."
    elif error.verify_code == _NOT_YET_VALID:
        sentence = f"The certificate of {server.host} is not valid yet. {unsent} Check this computer’s date and time."
    else:
        sentence = f"The certificate of {server.host} comes from an authority this computer does not trust. {unsent}"
    return AskUser(sentence, Fix.CERTIFICATE, error.verify_message)


def _name_in_certificate(server: Server, timeout: float) -> str:
    """The first name in a certificate that did not fit: asked for on a connection of its own that says nothing."""
    if server.security is not Security.TLS:
        return ""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        contextlib.suppress(OSError, ValueError),
        socket.create_connection((server.host, server.port), min(timeout, 5.0)) as plain,
        context.wrap_socket(plain, server_hostname=server.host) as wrapped,
    ):
        return _first_name(wrapped.getpeercert(binary_form=True) or b"")
    return ""


def _first_name(certificate: bytes) -> str:
    from cryptography import x509

    found = x509.load_der_x509_certificate(certificate)
    with contextlib.suppress(x509.ExtensionNotFound):
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        for name in names.get_values_for_type(x509.DNSName):
            return str(name)[:100]
    return ""
