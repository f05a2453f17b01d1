"""The sidebar: mark, menu and Write; accounts and folders; the status line at its foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPoint, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.commands import ChangeSetting, Command, MoveMessages
from app.core.events import ConnectionChanged, Event, Progress
from app.core.ids import FolderId, MessageId
from app.core.values import AccountState, Role
from app.gui.background import Background
from app.gui.folders.foot import StatusFoot
from app.gui.folders.standing import Standing
from app.gui.folders.tree import Entry, Kind, sidebar_entries, smart_entries
from app.gui.folders.view import FolderModel, FolderView
from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.labels import Hairline, Surface
from app.gui.look.theme import Theme
from app.gui.messages.places import smart_label
from app.gui.search.saved import SETTING, SavedSearches
from app.store.listing import Smart
from app.store.rows import AccountRow, DraftRow, FolderRow, OutboxRow, QueueRow
from app.store.views import Reader

PAUSE_MS = 250
TICK_MS = 1000
FOLDED = "folded_rows"


def tr(text: str) -> str:
    return QCoreApplication.translate("FolderPane", text)


class Mark(QWidget):
    """Two linked wheels: mail and people."""

    def __init__(self, theme: Theme, side: int = 24) -> None:
        super().__init__()
        self._theme, self._side = theme, side
        self.setAccessibleName("Tandem")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._side * 1.5), self._theme.px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        side = self._theme.px(self._side)
        wheel = side * 0.62
        top = (canvas.rect.height() - wheel) / 2
        painter.setBrush(self._theme.color("bg", 0.0))
        painter.setPen(QPen(self._theme.color("accent_text"), side * 0.115))
        painter.drawEllipse(canvas.at(1.5, top, wheel, wheel))
        painter.setPen(QPen(self._theme.color("crm"), side * 0.115))
        painter.drawEllipse(canvas.at(1.5 + wheel * 0.68, top, wheel, wheel))
        painter.end()


@dataclass(frozen=True, slots=True)
class Sidebar:
    """All that the sidebar shows, read in one go."""

    accounts: list[AccountRow]
    folders: list[FolderRow]
    outbox: list[OutboxRow]
    drafts: list[DraftRow]
    queue: list[QueueRow]
    counts: dict[Smart, int]


def read_sidebar(reader: Reader, now: float) -> Sidebar:
    return Sidebar(
        reader.accounts(), reader.folders(), reader.outbox(), reader.drafts(), reader.queue(), reader.counted(now)
    )


class FolderPane(Surface):
    """Reads in the background, throttled; `loaded` is sent each time with what was read."""

    loaded = Signal(object)
    chosen = Signal(object)
    write_asked = Signal()
    menu_asked = Signal(QPoint)
    sync_asked = Signal()
    """The status line was pressed: show the Sync page."""
    row_menu_asked = Signal(object, QPoint)

    def __init__(
        self,
        theme: Theme,
        reader: Reader,
        background: Background,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "bg", name="folder-pane", parent=parent)
        self._theme, self._background, self._post, self._clock = theme, background, post, clock
        self._folded = {key for key in reader.setting(FOLDED).split(",") if key}
        self._sidebar = Sidebar([], [], [], [], [], {})
        self._asked = self._stale = False
        self.standing = Standing()
        self.model = FolderModel()
        self.view = FolderView(theme, self.model)
        self.view.chosen.connect(self.chosen)
        self.view.folding.connect(self._on_folding)
        self.view.dropped.connect(self._on_dropped)
        self.view.menu_asked.connect(self.row_menu_asked)
        self.saved = SavedSearches(theme, reader.setting(SETTING), post)
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.tell_standing)
        self._tick.start()

    def _build(self) -> None:
        theme = self._theme
        self.menu_button = ToolButton(theme, "menu", tr("Menu"), key="F10", side=30, name="main-menu")
        self.menu_button.clicked.connect(self._on_menu)
        self.write_button = Button(
            theme, tr("Write"), "primary", icon_name="square-pen", key="N", height=30, name="write"
        )
        self.write_button.setToolTip(tr("Write a message"))
        self.write_button.clicked.connect(self.write_asked)
        self._head = QHBoxLayout()
        self._head.addWidget(Mark(theme))
        self._head.addStretch(1)
        self._head.addWidget(self.menu_button)
        self._head.addWidget(self.write_button)
        self._head_box = QWidget()
        self._head_box.setLayout(self._head)
        self.foot = StatusFoot(theme, tr("Sync: history and what waits"))
        self.foot.clicked.connect(self.sync_asked)
        self.status = self.foot.status
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._head_box)
        self._column.addWidget(self.view, 1)
        self._column.addWidget(self.saved)
        self._column.addWidget(Hairline(theme))
        self._column.addWidget(self.foot)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._head_box.setFixedHeight(px(52))
        self._head.setContentsMargins(px(14), 0, px(12), 0)
        self._head.setSpacing(px(6))

    # --- what there is

    @property
    def accounts(self) -> list[AccountRow]:
        return self._sidebar.accounts

    @property
    def folders(self) -> list[FolderRow]:
        return self._sidebar.folders

    @property
    def outbox(self) -> list[OutboxRow]:
        return self._sidebar.outbox

    @property
    def drafts(self) -> list[DraftRow]:
        return self._sidebar.drafts

    def offers(self, smart: Smart) -> bool:
        """Whether it has a row."""
        return any(entry.smart is smart for entry in self.model.entries)

    def count(self, smart: Smart) -> int:
        return self._sidebar.counts.get(smart, 0)

    @property
    def queue(self) -> list[QueueRow]:
        return self._sidebar.queue

    def folder(self, folder: FolderId) -> FolderRow | None:
        return next((row for row in self._sidebar.folders if row.id == folder), None)

    def load(self, reader: Reader) -> None:
        """Read now, in this thread, what does not take long: for the first picture only."""
        self._take(Sidebar(reader.accounts(), reader.folders(), reader.outbox(), reader.drafts(), reader.queue(), {}))
        self.refresh()

    def refresh(self) -> None:
        """Something about accounts, folders, counts, letters or drafts changed."""
        if not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        if self._asked:
            self._stale = True
            return
        self._asked = True
        now = self._clock()
        self._background.ask(lambda reader: read_sidebar(reader, now), self._take, self._give_up)

    def _give_up(self) -> None:
        """The library could not be read; the next change tries again."""
        self._asked = False

    def _take(self, sidebar: Sidebar) -> None:
        self._asked = False
        self._sidebar = sidebar
        self.standing.keep({account.id for account in sidebar.accounts})
        self._show()
        self.tell_standing()
        self.loaded.emit(sidebar)
        if self._stale:
            self._stale = False
            self._timer.start()

    def _show(self) -> None:
        side, labels = self._sidebar, _labels()
        inboxes = sum(folder.role is Role.INBOX for folder in side.folders)
        self.model.show(
            smart_entries(inboxes, side.counts, labels)
            + sidebar_entries(side.accounts, side.folders, side.outbox, side.drafts, self._folded, labels)
        )

    # --- how things stand

    def on_event(self, event: Event) -> None:
        if isinstance(event, ConnectionChanged):
            self.standing.on_connection(event, self._clock())
        elif isinstance(event, Progress):
            self.standing.on_progress(event)
        else:
            return
        self.tell_standing()

    def tell_standing(self) -> None:
        names = {
            account.id: account.name or account.email
            for account in self._sidebar.accounts
            if account.state is not AccountState.DISCONNECTED
        }
        line = self.standing.line(names, len(self._sidebar.queue), self._clock())
        self.status.tell(line.dot, line.word, line.rest)
        self.status.progress(line.what, line.count, line.share, line.foot)

    # --- acts

    def _on_folding(self, key: str) -> None:
        self._folded ^= {key}
        self._show()
        self._post(ChangeSetting(key=FOLDED, value=",".join(sorted(self._folded))))

    def _on_dropped(self, entry: Entry, data: bytes) -> None:
        messages = tuple(MessageId(int(part)) for part in data.decode("ascii", "ignore").split(",") if part.isdigit())
        if messages and entry.kind is Kind.FOLDER and entry.folder is not None:
            self._post(MoveMessages(origin="window", messages=messages, target=entry.folder.id))

    def _on_menu(self) -> None:
        self.menu_asked.emit(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))


def _labels() -> dict[str, str]:
    return {
        Role.INBOX: tr("Inbox"),
        Role.DRAFTS: tr("Drafts"),
        Role.SENT: tr("Sent"),
        Role.ARCHIVE: tr("Archive"),
        Role.JUNK: tr("Junk"),
        Role.TRASH: tr("Trash"),
        Role.ALL: tr("All mail"),
        AccountState.PAUSED: tr("Turned off"),
        AccountState.DISCONNECTED: tr("Disconnected"),
        **{f"smart-{smart}": smart_label(smart) for smart in Smart},
        "outbox": tr("Outbox"),
        "drafts-here": tr("Drafts on this computer"),
    }
