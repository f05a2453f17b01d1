"""A story: acts in a row, decided by one number. Can be told again, and told shorter."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core import commands as ask
from simulation.gmail_oracle import LabelOracle
from simulation.gmail_people import GmailOther
from simulation.oracle import Broken, Oracle
from simulation.people import Diary, Other, User
from simulation.profiles import PROFILES
from simulation.world import World

ACTS = (
    *("user flag",) * 4,
    *("user move",) * 4,
    *("user archive",) * 2,
    *("user delete",) * 3,
    *("user spam",),
    *("user erase",) * 2,
    *("user undo",) * 2,
    *("user send",) * 2,
    *("other flag",) * 4,
    *("other move",) * 4,
    *("other archive",),
    *("other delete",) * 2,
    *("other erase",) * 2,
    *("other copy",),
    *("other arrive",) * 3,
    *("other number anew",),
    *("sync badly",) * 6,
    *("crash",) * 2,
    *("rest",) * 4,
)
LABELLING = ("user copy",) * 2
SWITCHING = (*ACTS, *("switch",) * 3)


@dataclass(frozen=True, slots=True)
class Act:
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Plot:
    """All that happens in a story."""

    seed: int
    profile: str
    acts: tuple[Act, ...]


def plot(seed: int, profile: str, length: int = 25) -> Plot:
    chance = random.Random(seed)
    chance.randrange(4)  # decides nothing any more; a seed goes on telling the story that it has always told
    kinds = (*(SWITCHING if chance.randrange(2) else ACTS), *(LABELLING if PROFILES[profile].labels else ()))
    acts = tuple(Act(chance.choice(kinds), chance.randrange(1 << 30)) for _ in range(chance.randrange(5, length)))
    return Plot(seed, profile, acts)


class Telling:
    """One run of a plot. `lines` is the story in words, `trace` all that went over the wire."""

    def __init__(self, plot: Plot, folder: Path) -> None:
        self._plot = plot
        self.lines: list[str] = []
        self._world = World(folder, plot.profile, plot.seed)
        self._diary = Diary()
        self._user = User(self._world, self._diary)
        labels = self._world.profile.labels
        self._other = (GmailOther if labels else Other)(self._world, self._diary)
        self._oracle = (LabelOracle if labels else Oracle)(self._world, self._diary)
        self.trace = self._world.trace

    def tell(self) -> None:
        """Raises Broken when a promise was not kept; anything else it raises is a mistake of the program, too."""
        try:
            for folder in ("INBOX", "INBOX", "INBOX", "Work", self._world.archive, self._world.trash):
                self._other.arrive(folder)
            self._rest()
            for act in self._plot.acts:
                self._happen(act)
            self._rest()
            self._again()
        finally:
            self._world.close()

    def _happen(self, act: Act) -> None:
        world = self._world
        who, _, kind = act.kind.partition(" ")
        match who:
            case "user":
                self._say(self._user.act(kind, act.number))
            case "other":
                self._say(self._other.act(kind, act.number))
            case "sync":
                world.fate.rate = 4 + act.number % 12
                self._interrupted(act.number)
                world.server.closed = random.Random(act.number).choice(["", "", "", *world.mailbox.folders])
                report = world.sync()
                world.fate.rate = 0
                world.server.interlude = None
                world.server.closed = ""
                self._say(f"sync, badly: {report.errors if report else 'crashed'}; met {world.fate.met}")
                world.fate.met.clear()
            case "crash":
                world.fuse.light(1 + act.number % (20 if act.number % 2 else 80))
                world.sync()
                self._say("sync until a crash")
            case "rest":
                self._rest()
            case "switch":
                self._switch(act.number)

    def _interrupted(self, number: int) -> None:
        """The second client acts while Tandem speaks, too."""
        chance = random.Random(number)

        def interlude() -> None:
            if chance.randrange(15) == 0:
                kind = chance.choice(["flag", "move", "archive", "delete", "arrive", "erase"])
                self._say("meanwhile, " + self._other.act(kind, chance.randrange(1 << 30)))

        self._world.server.interlude = interlude

    def _switch(self, number: int) -> None:
        chance = random.Random(number)
        name, on = chance.choice(["delete_in", "delete_out", "archive_in", "archive_out"]), chance.randrange(3) == 0
        self._diary.switched = self._diary.switched_now = True
        self._world.do(ask.ChangeSwitches(account=self._world.account, **{name: on}))  # type: ignore[arg-type]
        self._say(f"user: {name} {'on' if on else 'off'}")

    def _rest(self) -> None:
        for _ in range(5):
            report = self._world.sync()
            assert report is not None
            if report.errors:
                raise Broken(f"A sync with nothing in its way had trouble: {report.errors}")
            if not report.waiting:
                break
        else:
            raise Broken(f"Waiting for ever: {[row.what for row in self._world.reader().queue()]}")
        self._say("sync, at rest")
        self._oracle.check()

    def _again(self) -> None:
        """A second sync tells the mailbox nothing, and finds nothing."""
        commands = self._world.server.commands
        before = len(commands)
        report = self._world.sync()
        assert report is not None
        told = [
            line
            for line in commands[before:]
            if line.startswith(("UID STORE", "UID COPY", "UID MOVE", "UID EXP", "APP"))
        ]
        if told or report.fetched or report.flags or report.removed or report.pushed:
            raise Broken(f"A second sync was not quiet: {report} {told}")

    def _say(self, line: str) -> None:
        if line:
            self.lines.append(line)
            self._world.trace.append(f"-- {line} --")


def run(plot: Plot) -> Telling:
    """Tell a plot in a folder of its own. Raises what the telling raises, with the story in its notes."""
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="sim", dir=base))
    telling = Telling(plot, folder)
    try:
        telling.tell()
    except Exception as trouble:
        trouble.add_note("\n".join([f"seed {plot.seed}, server {plot.profile}:", *telling.lines]))
        raise
    finally:
        shutil.rmtree(folder)
    return telling


def fails(plot: Plot) -> Exception | None:
    try:
        run(plot)
    except Exception as trouble:
        return trouble
    return None


def shorter(plot: Plot, still: Callable[[Plot], bool]) -> Plot:
    """The plot without every act that it does not take to fail."""
    step = max(1, len(plot.acts) // 2)
    while step:
        at = 0
        while at < len(plot.acts):
            tried = Plot(plot.seed, plot.profile, (*plot.acts[:at], *plot.acts[at + step :]))
            if still(tried):
                plot = tried
            else:
                at += step
        step //= 2
    return plot


def shortest_failure(plot: Plot) -> tuple[Plot, Exception] | None:
    """None: the story ends well."""
    trouble = fails(plot)
    if trouble is None:
        return None
    kind = type(trouble)
    short = shorter(plot, lambda each: isinstance(fails(each), kind))
    return short, fails(short) or trouble


def told(trouble: Exception) -> str:
    """What went wrong, and the story that leads to it."""
    return "\n".join([f"{type(trouble).__name__}: {trouble}", *getattr(trouble, "__notes__", [])])
