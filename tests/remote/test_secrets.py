from __future__ import annotations

import base64
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeychain
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError

from app.core.trouble import AskUser, Fix
from app.remote.keychain import KeychainSecrets, service_of
from app.remote.secret_file import Passphrase, SecretFile
from app.remote.secrets import (
    MemorySecrets,
    Secrets,
    open_secrets,
    passphrase_from_environment,
)

WORDS = "open sesame"


class Chain(KeyringBackend):
    """A keychain in memory, by keyring's own rules."""

    priority = 5.0

    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble = trouble

    def get_password(self, service: str, username: str) -> str | None:
        if self.trouble is not None:
            raise self.trouble
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", NoKeychain)


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Chain:
    found = Chain()
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


def never() -> str | None:
    raise AssertionError("nobody must be asked for a passphrase")


# --- one contract for all stores -------------------------------------------------------------------------


@pytest.fixture(params=["memory", "keychain", "file"])
def secrets(request: pytest.FixtureRequest, tmp_path: Path) -> Secrets:
    kinds: dict[str, Secrets] = {
        "memory": MemorySecrets(),
        "keychain": KeychainSecrets(tmp_path / "chained.bin", Chain(), "Tandem test"),
        "file": SecretFile(tmp_path / "secrets.bin", Passphrase(lambda: WORDS)),
    }
    return kinds[request.param]


def test_a_secret_is_kept_replaced_and_forgotten(secrets: Secrets) -> None:
    assert secrets.get("account-1-imap") is None
    secrets.delete("account-1-imap")
    secrets.set("account-1-imap", "first")
    secrets.set("account-1-smtp", "pä§s 密码 \n\0")
    secrets.set("account-1-imap", "second")
    assert secrets.get("account-1-imap") == "second"
    assert secrets.get("account-1-smtp") == "pä§s 密码 \n\0"
    secrets.delete("account-1-imap")
    assert secrets.get("account-1-imap") is None
    assert secrets.get("account-1-smtp") is not None


# --- the encrypted file ------------------------------------------------------------------------------------


def test_the_file_is_private_and_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "profile" / "secrets.bin"
    old = os.umask(0)
    try:
        SecretFile(path, Passphrase(lambda: WORDS)).set("account-1-imap", "correct horse")
    finally:
        os.umask(old)
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(plain in content for plain in (b"correct", b"horse", b"account", b"imap", WORDS.encode()))
    names = {entry.name for entry in path.parent.iterdir()}
    assert names - {"secrets.bin.lock"} == {"secrets.bin"}  # where the lock's file stays, it is empty
    assert SecretFile(path, Passphrase(lambda: WORDS)).get("account-1-imap") == "correct horse"


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "secrets.bin"
    SecretFile(path, Passphrase(lambda: WORDS)).set("a", "x")
    before = path.read_bytes()
    wrong = SecretFile(path, Passphrase(lambda: "wrong"))
    acts: list[Callable[[], object]] = [lambda: wrong.get("a"), lambda: wrong.set("a", "y"), lambda: wrong.delete("a")]
    for act in acts:
        with pytest.raises(AskUser) as caught:
            act()
        assert caught.value.fix is Fix.PASSPHRASE
    assert path.read_bytes() == before


def test_after_a_wrong_passphrase_a_right_one_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "secrets.bin"
    SecretFile(path, Passphrase(lambda: WORDS)).set("a", "x")
    given_words = iter(["wrong", WORDS])
    secrets = SecretFile(path, Passphrase(lambda: next(given_words)))
    with pytest.raises(AskUser):
        secrets.get("a")
    assert secrets.get("a") == "x"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_never_believed(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "secrets.bin"
    path.unlink(missing_ok=True)
    SecretFile(path, Passphrase(lambda: WORDS)).set("a", "x")
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 128]))
    else:
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    path.write_bytes(content)
    try:
        assert SecretFile(path, Passphrase(lambda: WORDS)).get("a") == "x", (
            "bits that base64 does not use may change nothing"
        )
    except AskUser as trouble:
        assert trouble.fix in (Fix.PASSPHRASE, Fix.PASSWORD)


@pytest.mark.parametrize("content", [b"", b"something else entirely", b"TANDEM-SECRETS-1\nshort"])
def test_a_file_that_is_something_else_is_known_without_asking(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secrets.bin").write_bytes(content)
    with pytest.raises(AskUser, match="damaged"):
        SecretFile(tmp_path / "secrets.bin", Passphrase(never)).get("a")


def test_the_passphrase_is_asked_only_when_needed_and_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("asked")
        return WORDS

    secrets = SecretFile(tmp_path / "secrets.bin", Passphrase(ask))
    assert secrets.get("a") is None and not asked
    secrets.set("a", "x")
    secrets.set("b", "y")
    assert secrets.get("a") == "x"
    assert asked == ["asked"]


def test_without_a_passphrase_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(AskUser, match="TANDEM_PASSPHRASE_FILE") as caught:
        SecretFile(tmp_path / "secrets.bin", Passphrase(lambda: None)).set("a", "x")
    assert caught.value.fix is Fix.PASSPHRASE
    assert not (tmp_path / "secrets.bin").exists()


def test_two_that_write_in_turn_lose_nothing(tmp_path: Path) -> None:
    one, two = (SecretFile(tmp_path / "secrets.bin", Passphrase(lambda: WORDS)) for _ in range(2))
    one.set("a", "1")
    two.set("b", "2")
    one.set("c", "3")
    assert [two.get(name) for name in "abc"] == ["1", "2", "3"]


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the profile should be")
    with pytest.raises(AskUser) as caught:
        SecretFile(tmp_path / "taken" / "secrets.bin", Passphrase(lambda: WORDS)).set("a", "x")
    assert caught.value.fix is Fix.LIBRARY


# --- which store -------------------------------------------------------------------------------------------


def test_the_keychain_holds_one_small_key_and_the_file_the_rest(tmp_path: Path, chain: Chain) -> None:
    long = "a token of Microsoft’s " + "x" * 5000
    open_secrets(tmp_path, never).set("a", long)

    assert list(chain.kept) == [(service_of(tmp_path), "key")]
    assert len(chain.kept[service_of(tmp_path), "key"]) < 100
    content = (tmp_path / "secrets.bin").read_bytes()
    assert b"token" not in content and stat.S_IMODE((tmp_path / "secrets.bin").stat().st_mode) == 0o600
    assert open_secrets(tmp_path, never).get("a") == long


def test_what_an_earlier_version_put_into_the_keychain_moves_into_the_file(tmp_path: Path, chain: Chain) -> None:
    service = service_of(tmp_path)
    chain.kept[service, "imap:kim@example.test"] = "old"

    assert open_secrets(tmp_path, never).get("imap:kim@example.test") == "old"

    assert list(chain.kept) == [(service, "key")]
    assert open_secrets(tmp_path, never).get("imap:kim@example.test") == "old"


@pytest.mark.parametrize("reset", ["emptied", "another key", "nonsense for a key"])
def test_a_keychain_that_was_reset_means_sign_in_again(tmp_path: Path, chain: Chain, reset: str) -> None:
    open_secrets(tmp_path, never).set("a", "x")
    if reset == "emptied":
        chain.kept.clear()
    else:
        chain.kept[service_of(tmp_path), "key"] = (
            "no key" if reset == "nonsense for a key" else base64.urlsafe_b64encode(bytes(32)).decode()
        )

    secrets = open_secrets(tmp_path, never)
    assert secrets.get("a") is None  # which asks for the password
    secrets.delete("b")
    secrets.set("a", "typed again")

    assert open_secrets(tmp_path, never).get("a") == "typed again"
    assert (tmp_path / "secrets.bin.unreadable").exists()


@pytest.mark.parametrize("content", [b"", b"TANDEM-SECRETS-2\nshort", b"TANDEM-SECRETS-2\n" + b"x" * 300])
def test_a_damaged_file_means_sign_in_again_where_the_keychain_opens_it(
    tmp_path: Path, chain: Chain, content: bytes
) -> None:
    open_secrets(tmp_path, never).set("a", "x")
    (tmp_path / "secrets.bin").write_bytes(content)

    secrets = open_secrets(tmp_path, never)
    assert secrets.get("a") is None
    secrets.set("a", "typed again")
    assert open_secrets(tmp_path, never).get("a") == "typed again"


def test_a_keychain_that_is_not_started_is_not_replaced_by_a_passphrase(
    tmp_path: Path, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_secrets(tmp_path, never).set("a", "x")
    monkeypatch.setattr(keyring, "get_keyring", NoKeychain)

    with pytest.raises(AskUser, match="the keychain is not there") as told:
        open_secrets(tmp_path, lambda: WORDS)
    assert told.value.fix is Fix.KEYCHAIN


def test_many_threads_that_write_lose_nothing(tmp_path: Path, chain: Chain) -> None:
    secrets = open_secrets(tmp_path, never)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: secrets.set(f"n{number}", str(number)), range(40)))
    assert [open_secrets(tmp_path, never).get(f"n{number}") for number in range(40)] == [str(n) for n in range(40)]


def test_profiles_do_not_share_their_secrets(tmp_path: Path, chain: Chain) -> None:
    open_secrets(tmp_path / "one", never).set("a", "x")
    assert open_secrets(tmp_path / "two", never).get("a") is None
    assert open_secrets(tmp_path / "one", never).get("a") == "x"


@pytest.mark.usefixtures("no_keychain")
def test_without_a_keychain_there_is_the_file(tmp_path: Path) -> None:
    open_secrets(tmp_path, lambda: WORDS).set("a", "x")
    assert (tmp_path / "secrets.bin").exists()


def test_a_profile_with_a_file_stays_with_it(tmp_path: Path, chain: Chain) -> None:
    SecretFile(tmp_path / "secrets.bin", Passphrase(lambda: WORDS)).set("a", "x")
    assert open_secrets(tmp_path, lambda: WORDS).get("a") == "x"
    assert chain.kept == {}


def test_a_keychain_that_does_not_answer_is_none(tmp_path: Path, chain: Chain) -> None:
    chain.trouble = NoKeyringError("no backend")
    assert isinstance(open_secrets(tmp_path, lambda: WORDS), SecretFile)


@pytest.mark.parametrize("trouble", [InitError("no prompter"), KeyringLocked("locked")])
def test_a_locked_keychain_is_replaced_by_a_file_only_for_those_with_a_passphrase(
    tmp_path: Path, chain: Chain, trouble: Exception
) -> None:
    chain.trouble = trouble
    with pytest.raises(AskUser, match="locked") as caught:
        open_secrets(tmp_path, lambda: None)
    assert caught.value.fix is Fix.KEYCHAIN
    open_secrets(tmp_path, lambda: WORDS).set("a", "x")
    assert (tmp_path / "secrets.bin").exists()


def test_a_keychain_that_gets_locked_says_so(tmp_path: Path, chain: Chain) -> None:
    secrets = open_secrets(tmp_path, never)
    chain.trouble = KeyringLocked("locked")
    acts: list[Callable[[], object]] = [lambda: secrets.get("a"), lambda: secrets.set("a", "x")]
    acts.append(lambda: secrets.delete("a"))
    for act in acts:
        with pytest.raises(AskUser, match="locked"):
            act()


# --- the passphrase file -----------------------------------------------------------------------------------


def test_the_first_line_of_the_named_file_is_the_passphrase(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_text("open sesame \r\nsecond line\n")
    assert passphrase_from_environment({"TANDEM_PASSPHRASE_FILE": str(file)}) == "open sesame "
    assert passphrase_from_environment({}) is None


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_passphrase_file_without_one_is_said_in_words(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "words"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AskUser, match="passphrase file") as caught:
        passphrase_from_environment({"TANDEM_PASSPHRASE_FILE": str(file)})
    assert caught.value.fix is Fix.PASSPHRASE
