"""One profile and two mailboxes, a program that is killed again and again, and what must be true after the next sync."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from app.cli.inside import tell_holder
from app.core.ids import AccountId
from app.core.values import OutboxState
from app.desktop.instance import someone_listens
from app.store.views import Reader
from commandline import Tandem
from crash.agreement import agrees
from crash.people import SECOND, USUAL, Other, User, Wishes
from crash.victim import Victim
from household import Home, mail
from pouring import pour
from scenes import subject_of
from servers.gate import Gate
from servers.mailbox import Held
from servers.provider import Provider

FIRST = AccountId(1)
MANY = 450
"""New messages that are worth the program's assistant (`engine.bodies.MANY`)."""
FEW = 12
FIRST_WORDS = 200
"""Octets after which the program certainly holds the engine and has begun."""
A_SYNC, A_MESSAGE = 40_000, 900
"""Octets on the wires, roughly: of a sync, and of each message that comes with it."""
LONGEST_PAUSE = 0.05
"""Seconds after the octets, at most."""
BESIDE = 15
"""What is done while the program watches, at most."""


class Story:
    """`seed` decides who does what, and when the program dies."""

    def __init__(self, folder: Path, provider: Provider, make_gate: Callable[[int], Gate], seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._provider, self._chance = provider, random.Random(seed)
        self.box, self._friend = provider.mailbox(), provider.mailbox("friend")
        self.tandem = Tandem(folder, self.box)
        self._gates = [make_gate(self.box.imap_port), make_gate(self.box.smtp_port)]
        for name in USUAL:
            self.box.append(name, mail(f"user in {name}"))
        self.box.append("Plans 0", mail("user in Plans 0"))
        for each in (self.tandem, Tandem(folder, self._friend)):
            answer = each.sign_up("--days", "all", imap_port=self._gates[0].port, smtp_port=self._gates[1].port)
            assert answer.code == 0, answer.complaint
        self.home = Home(self.tandem.profile, self.box)
        self._wishes = Wishes()
        self._user = User(self.home, self._chance, self._wishes, self._friend.email)
        self._other = Other(self.box, self._chance, self._wishes)
        self._poured = 0
        self.told: list[str] = []
        """What happened, for whoever has to understand a failure."""

    def close(self) -> None:
        self.home.close()
        self.box.close()
        self._friend.close()

    # --- one round ---------------------------------------------------------------------------------------------

    def round(self, how: signal.Signals = signal.SIGKILL, command: str = "") -> Victim:
        """Both sides act, the program works and gets a signal, and one sync later everything is as it should be."""
        chance = self._chance
        new = self._pour(MANY if not self._poured or chance.random() < 0.3 else FEW)
        command = command or ("watch" if chance.random() < 0.4 else "sync")
        self._act(chance.randint(3, 8))
        octets, pause = chance.randint(FIRST_WORDS, A_SYNC + A_MESSAGE * new), chance.uniform(0, LONGEST_PAUSE)
        self.told.append(f"tandem {command} begins; {new} new")
        victim = Victim(self.tandem, command, self._gates, octets, pause, how)
        acts = self._chance.randint(0, BESIDE)
        while command == "watch" and acts and victim.alive():
            if someone_listens(self.tandem.profile):
                acts -= 1
                self._act(1)
                tell_holder(self.tandem.profile)
        victim.wait()
        self.told.append(
            f"tandem {command} ({new} new, {len(victim.helpers)} helpers), to be killed {pause:.3f} s after {octets:,} octets,"
            f" ended with {victim.code} after {victim.passed:,}"
        )
        self._check()
        return victim

    def _pour(self, count: int) -> int:
        """New mail, half of which the user will care for and half the other client."""
        start, self._poured = self._poured, self._poured + count
        raws = [
            mail(f"{('user', 'other')[n % 2]} {n}", body="A line.\r\n" * (n % 40)) for n in range(start, self._poured)
        ]
        if count == FEW:
            for raw in raws[::4]:
                self.box.append("INBOX", raw)
            return len(raws[::4])
        for name, some in (("", raws[::2]), ("Work", raws[1::2])):
            pour(self.box, self._provider, some, name, start)
        return count

    def _act(self, times: int) -> None:
        for _ in range(times):
            by_user = self._chance.random() < 0.7
            self.told.append(self._user.act() if by_user else self._other.act())

    # --- what must be true -------------------------------------------------------------------------------------

    def _check(self) -> None:
        answer = self.tandem("sync", "--json")
        assert answer.code == 0, (answer, self.tandem.json("queue"))
        for report in answer.records:
            assert report["errors"] == [] and report["waiting"] == 0, report
        left = [path.name for path in self.tandem.profile.glob("mail/unfinished/*")]
        assert left == [], f"left over: {left}"
        there = agrees(self.tandem.profile, {FIRST: self.box, SECOND: self._friend})
        reader = Reader(self.tandem.profile)
        try:
            states = {letter.subject: letter.state for letter in reader.outbox()}
        finally:
            reader.close()
        self._came_true(there[FIRST], there[SECOND])
        self._sent_once(there[FIRST], there[SECOND], states)
        self._examined()

    def _came_true(self, mine: dict[str, list[Held]], friends: dict[str, list[Held]]) -> None:
        wishes = self._wishes
        found: dict[str, list[str]] = {}
        flags: dict[str, list[frozenset[str]]] = {}
        for name, held in mine.items():
            for each in held:
                found.setdefault(subject_of(each), []).append(name)
                flags.setdefault(subject_of(each), []).append(each.flags)
        for subject, places in wishes.places.items():
            if subject not in wishes.shared:
                names = found.get(subject, [])
                assert sorted(names) == sorted(places), f"{subject} was to be in {[*places]} and is in {names}"
        for subject, wanted in wishes.flags.items():
            if subject not in wishes.shared:
                for flag, on in wanted.items():
                    assert all((flag in each) is on for each in flags.get(subject, [])), f"{subject}: {flag} {on}"
        abroad = Counter(subject_of(each) for each in friends["INBOX"])
        assert all(abroad[subject] == 1 for subject in wishes.abroad), abroad
        assert {name: name in mine for name in wishes.folders} == wishes.folders
        if wishes.draft:
            (draft,) = mine["Drafts"]
            assert wishes.draft.encode() in draft.raw, draft.raw
        wishes.places.clear()
        wishes.flags.clear()
        wishes.shared.clear()

    def _sent_once(
        self, mine: dict[str, list[Held]], friends: dict[str, list[Held]], states: dict[str, OutboxState]
    ) -> None:
        came = Counter(subject_of(each) for each in friends["INBOX"])
        filed = Counter(subject_of(each) for each in mine["Sent"])
        for subject in self._wishes.letters:
            state = states[subject]
            assert state in (OutboxState.SENT, OutboxState.UNCERTAIN), f"{subject} is {state}"
            least = state is OutboxState.SENT
            assert least <= came[subject] <= 1, f"{subject} ({state}) came {came[subject]} times"
            assert least <= filed[subject] <= 1, f"{subject} ({state}) is {filed[subject]} times in Sent"

    def _examined(self) -> None:
        answer = self.tandem("doctor", "--json")
        assert answer.code == 0 and all(line["ok"] for line in answer.records), answer
