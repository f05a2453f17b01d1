"""The steps of an SMTP conversation up to the text of a letter, each with its troubles in words."""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.core.trouble import AskUser, Fix, Stopped, Trouble, TryLater
from app.core.values import Security, Server
from app.remote import answers, reach, reasons, sasl
from app.remote.connection import knock, shake_hands
from app.remote.credentials import Bearer, Secret
from app.remote.envelope import Envelope, on_wire
from app.remote.pauses import asked_pause, span

LONGEST_COMMAND = 500
"""Octets of a command line that every server takes (RFC 5321 4.5.3.1.4 says 512 with its end)."""
_UNFIT = re.compile(r"[\x00\r\n]")


class Submission:
    """A connection that is greeted and, where the account says so, protected. Nothing secret has been said yet."""

    def __init__(self, server: Server, ca_file: str, timeout: float, stop: Callable[[], bool] | None) -> None:
        self._server = server
        self._timeout = timeout
        self._stop = stop
        self._secrets: tuple[str, ...] = ()
        context = None if server.security is Security.NONE else reach.secure_context(ca_file)
        self.smtp = smtplib.SMTP(timeout=timeout, local_hostname="[127.0.0.1]")
        try:
            self._greet(context)
        except BaseException:
            self.smtp.close()
            raise

    @contextmanager
    def closing(self) -> Iterator[None]:
        """The connection ends with the block, whatever happens, without a word (after DATA any word would be text)."""
        try:
            yield
        finally:
            self.smtp.close()

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Before the final dot every broken connection is a `TryLater`: nothing was sent."""
        if self._stop is not None and self._stop():
            raise Stopped
        try:
            yield
        except (OSError, EOFError, ValueError, smtplib.SMTPException) as error:
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
                raise answers.silent(self._server.host, self._timeout) from None
            raise answers.lost(self._server.host, self.clean(str(error))) from None

    def sign_in(self, secret: Secret) -> None:
        """In the safest way that is offered (`sasl.choose`). An account without a user name does not sign in."""
        host = self._server.host
        if not self._server.user:
            return
        offered = self.smtp.esmtp_features.get("auth", "").upper().split()
        mechanism = sasl.choose(self._server, secret, offered)
        if mechanism is None:
            if self._server.security is Security.NONE:
                raise answers.unprotected(host)
            what = "with this provider’s sign-in" if isinstance(secret, Bearer) else "with a password"
            raise AskUser(f"{host} offers no way to sign in {what}. Check server name and port.", Fix.SERVER)
        self._secrets = mechanism.secrets
        code, text = self._authenticate(mechanism)
        if code == 235:
            return
        if isinstance(secret, Bearer) and code // 100 == 5 and code not in (530, 538):
            raise reasons.token_refused(
                host, self.clean(mechanism.rejection), self.clean(f"{code} {text}"), "Sending by SMTP"
            )
        raise self._login_refused(code, self.clean(text))

    def address(self, envelope: Envelope) -> None:
        """MAIL FROM and RCPT TO. Unless all recipients are taken, nobody gets the letter."""
        features = self.smtp.esmtp_features
        international = envelope.international
        if international and "smtputf8" not in features:
            raise AskUser(
                f"{self._server.host} cannot send to addresses with letters beyond a–z before the @. Nothing was sent.",
                Fix.ADDRESS,
            )
        if envelope.eight_bit and "8bitmime" not in features:
            raise AskUser(
                f"{self._server.host} cannot send this letter as it is (it has 8-bit text). Nothing was sent.", Fix.NONE
            )
        largest = features.get("size", "").strip()
        if largest.isdigit() and 0 < int(largest) < len(envelope.raw):
            raise AskUser(
                f"This letter has {_megabytes(len(envelope.raw))}; {self._server.host} takes at most "
                f"{_megabytes(int(largest))}. Nothing was sent.",
                Fix.NONE,
            )
        options = f" SIZE={len(envelope.raw)}" if "size" in features else ""
        options += " BODY=8BITMIME" if envelope.eight_bit else ""
        options += " SMTPUTF8" if international else ""
        self.smtp.command_encoding = "utf-8" if international else "ascii"
        code, text = self._command(f"MAIL FROM:<{on_wire(envelope.sender, international=international)}>{options}")
        if code // 100 != 2:
            if code // 100 == 5 and not _about_size(text):
                raise AskUser(
                    f"{self._server.host} does not send mail from {envelope.sender}. Nothing was sent.",
                    Fix.ADDRESS,
                    self.clean(text),
                )
            raise self.refusal(code, text)
        self._recipients(envelope, international)

    def _recipients(self, envelope: Envelope, international: bool) -> None:
        refused: dict[str, tuple[int, str]] = {}
        for recipient in envelope.recipients:
            code, text = self._command(f"RCPT TO:<{on_wire(recipient, international=international)}>")
            if code // 100 != 2:
                refused[recipient] = (code, text)
            if code == 421:
                raise self.refusal(code, text)
        if not refused:
            return
        self._command("RSET")
        detail = self.clean("; ".join(f"{recipient}: {code} {text}" for recipient, (code, text) in refused.items()))
        if all(code // 100 == 4 for code, _ in refused.values()):
            raise TryLater(
                f"{self._server.host} does not take this letter yet. Nothing was sent; Tandem tries again by itself.",
                Fix.NONE,
                detail,
            )
        names = ", ".join(recipient for recipient, (code, _) in refused.items() if code // 100 != 4)
        raise AskUser(
            f"{self._server.host} refused {names}. The letter was sent to nobody. Correct the address, then send again.",
            Fix.ADDRESS,
            detail,
        )

    def begin_data(self) -> None:
        code, text = self._command("DATA")
        if code != 354:
            raise self.refusal(code, text)

    def write(self, piece: bytes) -> None:
        """A slice of the text. Call it inside `in_words`."""
        if self._stop is not None and self._stop():
            raise Stopped
        self.smtp.send(piece)

    def goodbye(self) -> None:
        """Polite, but nobody waits for the answer and nothing depends on it."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.smtp.putcmd("QUIT")

    def refusal(self, code: int, text: str | bytes) -> Trouble:
        """4xx and 5xx: definite, nothing was sent."""
        said = self.clean(text)
        host = self._server.host
        if code // 100 != 5:
            pause = asked_pause(said)
            when = f" in {span(pause)}" if pause else ""
            return TryLater(
                f"{host} does not take this letter yet. Nothing was sent; Tandem tries again by itself{when}.",
                Fix.NONE,
                f"{code} {said}",
                wait=pause,
            )
        if _about_size(said) or code == 552:
            return AskUser(f"{host} found this letter too large. Nothing was sent.", Fix.NONE, f"{code} {said}")
        return AskUser(
            f"{host} refused this letter. {answers.says(said) or 'It gave no reason.'} Nothing was sent.",
            Fix.NONE,
            f"{code} {said}",
        )

    def clean(self, text: str | bytes) -> str:
        readable = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return answers.without_secrets(readable, self._secrets)

    # --- inside ------------------------------------------------------------------------------------------

    def _greet(self, context: ssl.SSLContext | None) -> None:
        server = self._server
        try:
            plain = knock(server.host, server.port, self._timeout, self._stop)
        except (OSError, ValueError) as error:
            raise reach.unreachable(server, error, self._timeout) from None
        self.smtp.sock = plain
        if server.security is Security.TLS:
            assert context is not None
            self._protect(context)
        with self.in_words():
            code, text = self.smtp.getreply()
        if code != 220:
            raise self._no_greeting(code, self.clean(text))
        self._hello()
        if server.security is Security.STARTTLS:
            assert context is not None
            self._start_tls(context)
            self._hello()

    def _no_greeting(self, code: int, text: str) -> Trouble:
        if code // 100 in (4, 5):
            return answers.busy(self._server.host, f"{code} {text}")
        return AskUser(
            f"What answers at {self._server.host}, port {self._server.port}, does not send mail. "
            "Check server name and port.",
            Fix.SERVER,
            text,
        )

    def _hello(self) -> None:
        """EHLO; smtplib forgets what an earlier one offered (RFC 3207 4.2)."""
        with self.in_words():
            code, text = self.smtp.ehlo()
            if code // 100 == 5:
                code, text = self.smtp.helo()
        if code in (530, 538):
            raise answers.unprotected(self._server.host, f"{code} {self.clean(text)}")
        if code // 100 != 2:  # said before the handshake, by whoever is on the line: none of it is repeated
            raise self._no_greeting(code, self.clean(text))

    def _start_tls(self, context: ssl.SSLContext) -> None:
        if "starttls" not in self.smtp.esmtp_features:
            raise answers.stripped(self._server.host, "STARTTLS was not offered.")
        code, text = self._command("STARTTLS")
        if code != 220:
            raise answers.stripped(self._server.host, f"{code} {self.clean(text)}")
        if self._something_waits():
            raise answers.stripped(self._server.host, "Unprotected data followed the answer to STARTTLS.")
        self._protect(context)

    def _something_waits(self) -> bool:
        sock, file = self.smtp.sock, self.smtp.file
        if sock is None or file is None:
            return False
        sock.settimeout(0.0)
        try:
            return bool(file.peek(1))
        except BlockingIOError:
            return False
        finally:
            sock.settimeout(self._timeout)

    def _protect(self, context: ssl.SSLContext) -> None:
        sock = self.smtp.sock
        assert sock is not None
        try:
            self.smtp.sock = shake_hands(sock, context, self._server.host, self._timeout, self._stop)
        except (OSError, ValueError) as error:
            sock.close()
            raise reach.unreachable(self._server, error, self._timeout) from None
        if self.smtp.file is not None:
            self.smtp.file.close()
            self.smtp.file = None

    def _authenticate(self, mechanism: sasl.Mechanism) -> tuple[int, str]:
        """RFC 4954. The first response goes along with AUTH if the line stays short enough, otherwise after the 334."""
        first = base64.b64encode(mechanism.start()).decode()
        together = f"AUTH {mechanism.name} {first}"
        if first and len(together) <= LONGEST_COMMAND:
            code, text = self._command(together)
        else:
            code, text = self._command(f"AUTH {mechanism.name}")
            if first and code == 334:
                code, text = self._command(first)
        while code == 334:
            try:
                response = mechanism.answer(base64.b64decode(text))
            except ValueError:
                return self._command("*")  # gives up (RFC 4954 4)
            code, text = self._command(base64.b64encode(response).decode())
        return code, text

    def _login_refused(self, code: int, text: str) -> Trouble:
        if code // 100 == 4:
            return answers.busy(self._server.host, f"{code} {text}")
        if code in (530, 538):
            return answers.unprotected(self._server.host, f"{code} {text}")
        if code // 100 == 5:
            return reasons.login_trouble(self._server.host, text, kind="Sending by SMTP", definite=True)
        return answers.nonsense(self._server.host, f"{code} {text}")

    def _command(self, line: str) -> tuple[int, str]:
        """One command, one answer. Everything in `line` was checked: no line break can be in it."""
        if _UNFIT.search(line):
            raise AssertionError("a line break in a command")
        with self.in_words():
            code, text = self.smtp.docmd(line)
        return code, text.decode("utf-8", "replace")


def _about_size(text: str) -> bool:
    return "5.3.4" in text or "5.2.3" in text


def _megabytes(octets: int) -> str:
    return f"{octets / 1_000_000:.1f} MB"
