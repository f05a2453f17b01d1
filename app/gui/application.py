"""The program with windows: puts the engine, the bridge and the windows together, and takes them apart again."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from app.core.commands import AddAccount, Command
from app.core.events import AccountAdded, Changed, CommandFailed, Event, Remedy, Topic, WindowWanted
from app.core.ids import AccountId
from app.core.resources import resource
from app.core.trouble import Trouble, TryLater
from app.core.values import AccountState
from app.gui.bridge import Bridge
from app.gui.hindrance import try_again
from app.gui.late_engine import LateEngine, Loading
from app.gui.look.fonts import load_fonts
from app.gui.look.theme import Theme
from app.gui.network import Network, system_information
from app.gui.outside import Outside, open_link
from app.gui.signals import Signals
from app.gui.window import settings
from app.gui.window.main import MainWindow
from app.gui.window.request import ComposeKind, ComposeRequest
from app.store.views import Reader

if TYPE_CHECKING:  # read when they are first wanted: the window is on screen before
    from app.engine.house import Carrier, House
    from app.engine.worker import Worker
    from app.gui.compositions import Compositions
    from app.gui.settings.window import SettingsWindow
    from app.gui.wizard.wizard import Wizard

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
LATEST_MS = 500
"""The engine starts so long after the window was shown, if no list was filled before."""
SILENCE = 60.0
"""Seconds in which the same trouble is not said again."""


def spare_the_collector() -> None:
    """What has been made by now stays to the end: the garbage collector need not look at it again.

    A full collection of all that Qt's classes and ours are made of takes 50 ms, in whichever thread it falls due, and holds
    the interpreter meanwhile. To be called once a process, when the first window is there.
    """
    gc.freeze()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How the program was started. `make_house` builds the engine around the bridge's callback and thread maker.

    `prepare` runs beside the first paint and gives the command that adds the first account (the demo's); `give_passphrase`
    unlocks the encrypted file for secrets; `try_demo` opens the demo in a program of its own.
    """

    profile: Path
    make_house: Callable[[Callable[[Event], None], Callable[[Worker], Carrier]], House]
    clock: Callable[[], float]
    prepare: Callable[[], Command] | None = None
    give_passphrase: Callable[[str], None] | None = None
    try_demo: Callable[[], None] | None = None
    mailto: str = ""
    warm_after: float = -1.0
    """Seconds after the first paint at which the web engine starts; below 0 = with the first message that needs it."""
    opened: Callable[[House, Bridge], None] = lambda _house, _bridge: None
    """Called when the engine runs: for whoever listens to other processes."""


class Application(QObject):
    """Lives as long as the windows. `close` ends every thread. `ask` says of what keeps the engine from starting whether to
    try again."""

    def __init__(self, start: Start, ask: Callable[[Trouble], bool] = try_again) -> None:
        super().__init__()
        # With the default of 5 ms each busy thread of the engine may hold up a paint by as much.
        sys.setswitchinterval(SWITCH_SECONDS)
        self._start = start
        self.bridge = Bridge(self)
        self.engine = LateEngine(self._make_house, self)
        self._ask = ask
        self.failure: Trouble | None = None
        """Why the program could not go on."""
        self.reader = Reader(start.profile)
        self.theme = Theme(parent=self)
        self.theme.mode = settings.theme_mode(self.reader)
        self.theme.scale = settings.text_size(self.reader)
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        self.theme.apply(qt)
        self._compositions: Compositions | None = None
        self.window = MainWindow(
            self.reader,
            self.engine.post,
            self.theme,
            start.clock,
            open_reader=self._open_reader,
            open_composer=lambda request: self.compositions.start(request),
            open_add_account=self.open_wizard,
            open_picker=self.open_picker,
            open_settings=self.open_settings,
            give_passphrase=start.give_passphrase,
            account_comes=start.prepare is not None,
            close_composers=self._close_composers,
        )
        self.wizard: Wizard | None = None
        self.settings: SettingsWindow | None = None
        self.bridge.changed.connect(self.window.on_changed)
        self.bridge.changed.connect(self._on_changed)
        self.bridge.happened.connect(self._on_event)
        self._preparation: Preparation | None = None
        self._loading: Loading | None = None
        self._closed = False

    @property
    def house(self) -> House:
        """The engine; starts it if it does not run yet."""
        return self.engine.house

    @property
    def compositions(self) -> Compositions:
        """The composers; made when one is first wanted."""
        if self._compositions is None:
            from app.gui.compositions import Compositions

            self._compositions = Compositions(
                self.reader, self._open_reader, self.engine.post, self.theme, self._start.clock
            )
        return self._compositions

    def _close_composers(self, account: AccountId) -> None:
        if self._compositions is not None:
            self._compositions.close_of(account)

    def _make_house(self) -> House:
        from app.gui.carrier import WorkerThread

        return self._start.make_house(self.bridge.deliver, lambda worker: WorkerThread(worker))

    def show(self) -> None:
        """The first window: the wizard where there is no account yet. The engine follows."""
        if self._start.prepare is not None:
            self.window.show()
            self._preparation = Preparation(self._start.prepare, self)
            self._preparation.start()
        elif self.reader.accounts():
            self.window.show()
            if self._start.mailto:
                self.write_to(self._start.mailto)
        else:
            self.open_wizard()
        if self._start.warm_after >= 0:
            QTimer.singleShot(int(self._start.warm_after * 1000), self.window, self.window.reader.warm)
        self.window.messages.listing.filled.connect(self._load_engine)
        QTimer.singleShot(LATEST_MS, self, self._load_engine)

    def _load_engine(self) -> None:
        if self._closed or self._loading is not None:
            return
        self._loading = Loading(self)
        self._loading.loaded.connect(self._start_engine)
        QTimer.singleShot(0, self._loading, self._loading.start)  # the list is painted first

    def _start_engine(self) -> None:
        while not self.engine.runs:
            try:
                self.engine.open()
            except Trouble as trouble:
                if not self._ask(trouble):
                    self.failure = trouble
                    QApplication.quit()
                    return
        self._start.opened(self.house, self.bridge)
        self._network = Network(self.house.post, self._servers, system_information(), self)

    def write_to(self, link: str) -> None:
        """Open a composer for a `mailto:` link."""
        accounts = self.reader.accounts()
        if accounts:
            self.compositions.start(ComposeRequest(kind=ComposeKind.NEW, account=accounts[0].id, to=link))

    def raise_window(self) -> None:
        """A second start of the program: show this one instead."""
        window: QWidget = self.window if self.wizard is None else self.wizard
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def open_wizard(self) -> None:
        if self.wizard is None:
            from app.gui.wizard.wizard import Wizard

            self.wizard = Wizard(
                self.engine.post,
                self.theme,
                try_demo=self._start.try_demo,
                give_passphrase=self._start.give_passphrase,
                first_run=not self.reader.accounts(),
                taken=[row.email for row in self.reader.accounts() if row.state is not AccountState.DISCONNECTED],
                wall_clock=self._start.clock,
                open_page=open_link,
            )
            self.wizard.resize(self.theme.px(1120), self.theme.px(760))
            self.wizard.finished.connect(self._end_wizard)
            self.wizard.cancelled.connect(self._end_wizard)
        self.raise_window()

    def open_picker(self, account: AccountId) -> None:
        row = next((row for row in self.reader.accounts() if row.id == account), None)
        if row is None:
            return
        from app.gui.picker.page import FolderPicker

        dialog = QDialog(self.settings if self.settings is not None and self.settings.isActiveWindow() else self.window)
        dialog.setObjectName("folder-picker-window")
        dialog.setWindowTitle(self.tr("Folders"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker = FolderPicker(
            account,
            self.reader.folders(account),
            self.engine.post,
            self.theme,
            keep_all=row.all_folders,
            days=row.days,
            account_name=row.name or row.email,
            parent=dialog,
        )
        column = QVBoxLayout(dialog)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(picker)
        picker.finished.connect(dialog.accept)
        picker.cancelled.connect(dialog.reject)
        dialog.resize(self.theme.px(860), self.theme.px(700))
        dialog.open()

    def open_settings(self, account: AccountId | None, page: str) -> None:
        """Made when it is first wanted; it stays, so that it opens where it was."""
        if self.settings is None:
            from app.gui.settings.window import SettingsWindow

            self.settings = SettingsWindow(
                self.theme,
                self.reader,
                self.engine.post,
                self._start.clock,
                outside=Outside(),
                open_picker=self.open_picker,
                open_add_account=self.open_wizard,
                close_composers=self._close_composers,
            )
            self.settings.resize(self.theme.px(1040), self.theme.px(720))
            self.bridge.changed.connect(self.settings.on_changed)
        self.settings.open(account, page)

    def close(self, seconds: float = 10.0) -> None:
        """End what runs, in the order in which it was built."""
        self._closed = True
        if self._preparation is not None:
            self._preparation.wait()
        if self._compositions is not None:
            self._compositions.close_all()
            self._compositions.stop()
        if self.settings is not None:
            self.settings.close()
        self.window.stop()
        if self._loading is not None:
            self._loading.loaded.disconnect(self._start_engine)
            self._loading.wait()
        if not self.engine.close(seconds):
            log.warning("A worker did not end in time.")
        self.reader.close()

    def _open_reader(self) -> Reader:
        return Reader(self._start.profile)

    def _servers(self) -> list[tuple[AccountId, str]]:
        return [(row.id, row.imap.host) for row in self.reader.accounts()]

    def _on_changed(self, event: Changed) -> None:
        if Topic.ACCOUNTS in event.topics:  # another program may have added or removed one
            self.house.keep_up()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, AccountAdded):
            self.house.open_account(event.account)
        elif isinstance(event, WindowWanted):
            self.raise_window()
            if event.mailto:
                self.write_to(event.mailto)
        if self.wizard is not None:
            self.wizard.on_event(event)
            if isinstance(event, CommandFailed) and isinstance(event.command, AddAccount):
                return  # the wizard has said so, and it goes on from there
        if self._compositions is not None:
            self._compositions.on_event(event)
        if self.settings is not None:
            self.settings.on_event(event)
        self.window.on_event(event)

    def _end_wizard(self) -> None:
        wizard, self.wizard = self.wizard, None
        if wizard is not None:
            self.window.show()
            wizard.hide()
            wizard.deleteLater()


class Preparation(QThread):
    """Gets the first account ready beside the first paint; the wish goes to the engine when it is."""

    def __init__(self, prepare: Callable[[], Command], application: Application) -> None:
        super().__init__(application)
        self.setObjectName("preparation")
        self._prepare, self._post, self._bridge = prepare, application.engine.post, application.bridge

    def run(self) -> None:
        try:
            self._post(self._prepare())
        except Trouble as trouble:
            self._bridge.deliver(
                CommandFailed(command=None, remedy=Remedy.WAIT, reason=str(trouble), detail=trouble.detail)
            )


def prepare_qt() -> QApplication:
    """The one QApplication, with the program's name, fonts and icon; may be called again."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)  # or the web engine could not come later
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Tandem")
    qt.setDesktopFileName("tandem")
    load_fonts()
    qt.setWindowIcon(QIcon(str(resource("icons") / "tandem.svg")))
    return qt


def begin(start: Start, ask: Callable[[Trouble], bool] = try_again) -> Application:
    """The windows. What keeps them from opening (a full disk, a damaged library) is said, and tried again if `ask` says so.

    Raises that Trouble otherwise.
    """
    while True:
        try:
            return Application(start, ask)
        except Trouble as trouble:
            if not ask(trouble):
                raise


class Slips:
    """What a slot raises while the windows are open: trouble with the library is said in the window, anything else is a
    mistake of ours for the log. The same is said once in a while, not with every look."""

    def __init__(self, tell: Callable[[CommandFailed], None], clock: Callable[[], float]) -> None:
        self._tell, self._clock = tell, clock
        self._said: dict[str, float] = {}

    def __call__(self, kind: type[BaseException], slip: BaseException, trace: TracebackType | None) -> None:
        log.error("A window could not do something.", exc_info=(kind, slip, trace))
        if not isinstance(slip, Trouble):
            sys.__excepthook__(kind, slip, trace)
            return
        now, sentence = self._clock(), str(slip)
        if now - self._said.get(sentence, -SILENCE) >= SILENCE:
            self._said[sentence] = now
            remedy = Remedy.WAIT if isinstance(slip, TryLater) else Remedy.ASK_USER
            self._tell(CommandFailed(command=None, remedy=remedy, reason=sentence, fix=slip.fix, detail=slip.detail))


def run_window(start: Start) -> int:
    """Show the windows until the last one closes. Returns the exit code. Raises Trouble where they cannot be opened."""
    qt = prepare_qt()
    signals = Signals(qt.quit)
    application = begin(start)
    sys.excepthook = Slips(application.bridge.deliver, start.clock)
    application.show()
    spare_the_collector()
    try:
        code = qt.exec()
    finally:
        sys.excepthook = sys.__excepthook__
        application.close()
        signals.stop()
    if application.failure is not None:
        raise application.failure
    return code
