"""A throw-away Dovecot on loopback: own folder, own ports, own certificate, no rights of root."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from servers.certificates import Certificates
from servers.dovecot_conf import TokenCheck, settings, with_tokens

DOMAIN = "example.test"
START_SECONDS = 20.0


class NoDovecot(Exception):
    """Dovecot is not here or does not start. A test run without it would prove little, so nothing is skipped."""


@dataclass(frozen=True, slots=True)
class Ports:
    imap: int
    imaps: int
    lmtp: int
    submissions: int
    """Only where tokens are checked."""


class Dovecot:
    """Runs from construction to `close`, in `folder`, whose path must be short: Unix sockets lie below it."""

    def __init__(self, folder: Path, certificates: Certificates, check: TokenCheck | None = None) -> None:
        """`check`: this one takes tokens, too."""
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if program is None:
            raise NoDovecot(
                "Dovecot is missing: install the packages dovecot-imapd and dovecot-lmtpd, or run ./dev setup."
            )
        self.folder = folder
        self._program = program
        self._certificates, self._check = certificates, check
        # A server started by root gives up its rights, as it would by itself; everyone else runs it as themselves.
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._users = folder / "users"
        for name in ("run", "state", "mail", "users"):
            (folder / name).mkdir()
        folder.chmod(0o755)
        self.ports, self._process = self._start()

    def close(self) -> None:
        """The master ends its children; if it does not, its process group is ended."""
        _end(self._process)

    def add_user(self, user: str, password: str) -> str:
        """A new account with an empty mailbox. Returns its address."""
        address = f"{user}@{DOMAIN}"
        self._write_password(address, password)
        return address

    def set_password(self, address: str, password: str) -> None:
        """From now on only the new one is right (Dovecot looks at a file once a second at most: wait for it)."""
        self._write_password(address, password)
        deadline = time.monotonic() + 10
        while not self._accepts(address, password):
            if time.monotonic() > deadline:
                raise NoDovecot(f"Dovecot does not take the new password. {self.log()}")

    def knows(self, address: str, password: str) -> bool:
        """Is this the right password?"""
        return self.has(address) and (self._users / address).read_text().split(":")[1] == f"{{PLAIN}}{password}"

    def has(self, address: str) -> bool:
        return re.fullmatch(r"[\w.+-]+@[\w.-]+", address) is not None and (self._users / address).exists()

    def is_local(self, address: str) -> bool:
        """Is mail to this address for this server (even if nobody has the address)?"""
        return address.lower().endswith("@" + DOMAIN)

    def maildir(self, address: str) -> Path:
        return self.folder / "mail" / address / "Maildir"

    def home(self, address: str) -> Path:
        return self.folder / "mail" / address

    def give(self, path: Path) -> None:
        """Make Dovecot the owner of a file or folder that a test wrote."""
        if os.geteuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def log(self) -> str:
        """The last lines it wrote, for a sentence about a failure."""
        return "\n".join(
            line
            for name in ("dovecot.out", "dovecot.log")
            if (self.folder / name).exists()
            for line in (self.folder / name).read_text(errors="replace").splitlines()[-12:]
        )

    def _write_password(self, address: str, password: str) -> None:
        """One file per user: Dovecot opens a file it has not seen at once, but one it has only every full second."""
        fresh = self._users / f".{address}"
        fresh.write_text(f"{address}:{{PLAIN}}{password}:::::\n")
        fresh.chmod(0o644)
        fresh.replace(self._users / address)

    def _accepts(self, address: str, password: str) -> bool:
        with socket.create_connection(("127.0.0.1", self.ports.imap), 10) as wire, wire.makefile("rb") as answers:
            answers.readline()
            wire.sendall(f'a LOGIN "{address}" "{password}"\r\n'.encode())
            return answers.readline().startswith(b"a OK")

    def _start(self) -> tuple[Ports, subprocess.Popen[bytes]]:
        """A free port may be taken by someone else between asking and listening: try again then."""
        for _ in range(3):
            ports = Ports(*_free_ports(4))
            process = self._run(ports)
            if self._answers(process, ports.imap):
                return ports, process
            _end(process)
        raise NoDovecot(f"Dovecot does not start. {self.log()}")

    def _run(self, ports: Ports) -> subprocess.Popen[bytes]:
        version = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=True).stdout
        config = self.folder / "dovecot.conf"
        more = ""
        if self._check is not None:
            more = with_tokens(version, folder=self.folder, submissions=ports.submissions, check=self._check)
        config.write_text(
            settings(
                version,
                folder=self.folder,
                user=self._owner.pw_name,
                group=grp.getgrgid(self._owner.pw_gid).gr_name,
                imap=ports.imap,
                imaps=ports.imaps,
                lmtp=ports.lmtp,
                cert=self._certificates.cert,
                key=self._certificates.key,
            )
            + more
        )
        (self.folder / "dovecot.log").touch()
        for name in (".", "run", "state", "mail", "dovecot.log", "dovecot.conf"):
            self.give(self.folder / name)
        for path in (self._certificates.cert, self._certificates.key):
            self.give(path)
        # setpriv ends Dovecot when the test run dies, even by kill -9
        command = ["setpriv", "--pdeathsig", "TERM"]
        if os.geteuid() == 0:
            command += [f"--reuid={self._owner.pw_uid}", f"--regid={self._owner.pw_gid}", "--clear-groups"]
            if not Path("/").stat().st_mode & 0o001:
                # in a hastily made chroot "/" belongs to root alone, and not even libraries can be reached
                command += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
                command += ["--securebits=+no_setuid_fixup"]  # or access(2) would overlook it
        with (self.folder / "dovecot.out").open("wb") as out:
            return subprocess.Popen(
                [*command, self._program, "-F", "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _answers(self, process: subprocess.Popen[bytes], port: int) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), 2) as wire:
                    if wire.recv(200).startswith(b"* OK"):
                        return True
            except OSError:
                time.sleep(0.01)  # a listener has no way to tell that it is there
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _free_ports(count: int) -> list[int]:
    """All are held until all are known, so that none comes twice."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()
