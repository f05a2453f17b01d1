"""The engine inside this process: the desk for what is done here at once, and what sync and sign-in need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.run import Run
from app.core.commands import Command
from app.core.events import Event
from app.engine.access import Surroundings
from app.engine.desk import Desk
from app.engine.letters import Stationery
from app.engine.proofs import Proofs, SignInPages
from app.remote.late_secrets import LateSecrets
from app.remote.secrets import Secrets, open_secrets, passphrase_from_environment
from app.store.connection import Gate
from app.store.library import Library


def secrets_of(run: Run) -> Secrets:
    """The keychain or the encrypted file, found when the first secret is needed."""
    return LateSecrets(lambda: open_secrets(run.profile, lambda: passphrase_from_environment(run.terminal.environ)))


def proofs_of(run: Run) -> Proofs:
    pages = SignInPages.real(run.terminal.clock, run.terminal.environ)
    return Proofs(secrets_of(run), pages.authorities, run.terminal.clock)


def surroundings(
    run: Run, gate: Gate, emit: Callable[[Event], None], *, durable: bool, proofs: Proofs | None = None
) -> Surroundings:
    return Surroundings(
        open_library=lambda: Library(run.profile, emit, run.terminal.clock, gate, durable=durable),
        proofs=proofs or proofs_of(run),
        clock=run.terminal.clock,
        jitter=run.terminal.jitter,
    )


@contextmanager
def at_desk(run: Run) -> Iterator[tuple[Desk, list[Event]]]:
    """The user's desk, and the events it tells. A Tandem that runs on this profile hears that something changed."""
    events: list[Event] = []
    around = surroundings(run, Gate(), events.append, durable=True)
    desk = Desk(around, Stationery(run.terminal.clock, run.terminal.random), events.append)
    try:
        yield desk, events
    finally:
        desk.close()
        if events:
            tell_holder(run.profile)


@contextmanager
def library_of(run: Run) -> Iterator[Library]:
    """For the few changes that are no user command."""
    library = Library(run.profile, lambda _event: None, run.terminal.clock, Gate(), durable=True)
    try:
        yield library
    finally:
        library.close()


def do(run: Run, *commands: Command) -> list[Event]:
    """Carry out commands here and now, in their order."""
    with at_desk(run) as (desk, events):
        for command in commands:
            desk.handle(command)
    return events


def tell_holder(profile: Path) -> None:
    """A window that is open on this profile shows the change and carries it over. Nobody there: no matter."""
    from app.desktop.instance import ask, someone_listens

    if someone_listens(profile):
        ask(profile, {"do": "changed"}, seconds=2.0)
