"""NTLM from the server's side, by somebody else: Cyrus SASL's plugin (Debian's libsasl2-modules), through ctypes.

Dovecot 2.3.19 of Debian has lost NTLM, and no Exchange is to be had.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

OK, CONTINUE = 0, 1
_GETOPT, _END = 1, 0
_CREATE = 1

_Getopt = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.POINTER(ctypes.c_char_p),
    ctypes.POINTER(ctypes.c_uint),
)


class _Callback(ctypes.Structure):
    _fields_ = (("id", ctypes.c_ulong), ("proc", ctypes.c_void_p), ("context", ctypes.c_void_p))


class NtlmServer:
    """One per process: the library keeps its settings for good."""

    _one: NtlmServer | None = None

    @classmethod
    def get(cls, folder: Path) -> NtlmServer:
        cls._one = cls._one or cls(folder)
        return cls._one

    def __init__(self, folder: Path) -> None:
        self._library = ctypes.CDLL("libsasl2.so.2")
        self._options = {
            b"sasldb_path": str(folder / "sasldb").encode(),
            b"auxprop_plugin": b"sasldb",
            b"pwcheck_method": b"auxprop",
            b"mech_list": b"NTLM",
            b"log_level": b"0",
        }
        self._getopt = _Getopt(self._tell)
        proc = ctypes.cast(self._getopt, ctypes.c_void_p)
        self._callbacks = (_Callback * 2)(_Callback(_GETOPT, proc, None), _Callback(_END, None, None))
        self._must(self._library.sasl_server_init(self._callbacks, b"tandem-tests"))

    def add_user(self, user: str, password: str) -> None:
        secret = password.encode()
        conversation = self.begin()
        self._must(
            self._library.sasl_setpass(conversation.handle, user.encode(), secret, len(secret), None, 0, _CREATE)
        )

    def begin(self) -> Conversation:
        handle = ctypes.c_void_p()
        self._must(
            self._library.sasl_server_new(
                b"imap", b"localhost", b"localhost", None, None, None, 0, ctypes.byref(handle)
            )
        )
        return Conversation(self._library, handle)

    def _tell(self, _context: int, _plugin: bytes, option: bytes, result: object, length: object) -> int:
        value = self._options.get(option)
        if value is None:
            return -1
        result[0] = value  # type: ignore[index]
        if length:
            length[0] = len(value)  # type: ignore[index]
        return OK

    def _must(self, code: int) -> None:
        if code != OK:
            raise AssertionError(f"Cyrus SASL answers {code}: are libsasl2-modules and libsasl2-modules-db installed?")


class Conversation:
    def __init__(self, library: ctypes.CDLL, handle: ctypes.c_void_p) -> None:
        self._library, self.handle = library, handle
        self._begun = False

    def step(self, token: bytes) -> tuple[int, bytes]:
        """What the client said → (OK, CONTINUE or a refusal; what to say)."""
        said, length = ctypes.c_char_p(), ctypes.c_uint(0)
        if self._begun:
            code = self._library.sasl_server_step(
                self.handle, token, len(token), ctypes.byref(said), ctypes.byref(length)
            )
        else:
            self._begun = True
            code = self._library.sasl_server_start(
                self.handle, b"NTLM", token, len(token), ctypes.byref(said), ctypes.byref(length)
            )
        return code, ctypes.string_at(said, length.value) if said else b""
