"""Takes pictures of the main window: `python tests/gui/shoot.py FOLDER [name…]`. Offscreen, nothing is fetched."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.core.ids import MessageId

STATES = (
    "main",
    "narrow",
    "folded",
    "phone",
    "classic",
    "many",
    "search-empty",
    "search-found",
    "search-mistake",
    "search-filter",
    "search-found-200",
    "search-found-german",
    "no-account",
    "trouble",
    "offline",
    "password",
    "outbox",
    "compact",
    "cosy",
    "empty",
    "german",
    "waiting",
    "sheet",
    "details",
    "chooser",
    "rules",
    "sync",
    "sync-empty",
    "sync-mass",
    "sync-narrow",
    "sync-phone",
    "sync-long",
    "banner",
    "off",
    "on",
    "disconnect",
    "period",
    "end",
    "rest",
    "rename",
    "role",
    "folders",
    "counts",
    "marks",
    "delete",
    "empty",
    "copy",
    "talk",
    "inboxes",
    "narrowed",
    "verified",
    "forged",
    "invitation",
    "room",
    "contact-over",
    "contact-long",
    "contact-nobody",
)


def main() -> None:
    """Each picture in a process of its own: scale, direction and theme are settled at start."""
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    import subprocess

    for name in names or [f"{state}-{theme}" for state in STATES for theme in ("light", "dark")]:
        parts = name.split("-")
        env = dict(os.environ, QT_QPA_PLATFORM="offscreen", SHOOT=name)
        if "200" in parts:
            env["QT_SCALE_FACTOR"] = "2"
        subprocess.run([sys.executable, __file__, "--one", name, str(folder / f"{name}.png")], env=env, check=True)


def shoot(name: str, target: Path) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from PySide6.QtCore import QEventLoop, QLocale, QPoint, Qt, QTimer
    from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMessageBox, QWidget

    from app.core.commands import ArchiveMessages, RenameFolder, SetRole
    from app.core.events import ConnectionChanged, Done, Link, Progress, Stage
    from app.core.ids import AccountId, MessageId
    from app.core.trouble import Fix
    from app.core.values import Role
    from app.gui.look.parts.buttons import Button
    from app.gui.look.theme import Theme
    from gui.fernhill import add_talk, fill_fernhill
    from gui.scene import NOW, Scene, hold_some, letter

    parts = name.split("-")
    app = QApplication(sys.argv[:1])
    if "rtl" in parts:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    if "german" in parts:
        QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    theme = Theme("dark" if "dark" in parts else "light", 1.5 if "large" in parts else 1.0)
    theme.apply(app)

    def settle(milliseconds: int = 250) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile))
        opened = fill_fernhill(scene) if "no" not in parts else None
        if parts[0] in ("talk", "inboxes", "narrowed", "classic", "compact"):
            add_talk(scene)
        if parts[0] == "inboxes":
            for subject, who in (
                ("Dinner on Friday?", "Sofia Lindqvist"),
                ("Your parcel is on its way", "Parcel Post"),
            ):
                scene.arrive(
                    letter(f"{who} <a@there.example>", subject, "See you then.", at=NOW - 900), NOW - 900, account=2
                )
            with scene.library.transaction() as unit:
                unit.run("UPDATE account SET color = CASE id WHEN 1 THEN '#2E9E8F' ELSE '#D0782F' END")
        window = scene.window(theme)
        size = {
            "narrow": (1100, 900),
            "contact": (1100, 800),
            "folded": (860, 800),
            "phone": (560, 800),
            "long": (800, 700),
        }.get(parts[0], (1440, 900))
        window.resize(int(size[0] * theme.scale), int(size[1] * theme.scale))
        window.show()
        settle()
        live = ConnectionChanged(account=AccountId(1), link=Link.LIVE, at=NOW - 6)
        window.on_event(live)
        view = window.messages.view

        def open_first() -> None:
            if opened is not None:
                row = window.messages.model.row_of(opened)
                view.select_rows([row], row)
                view.setFocus()
                settle()

        if parts[0] in (
            "main",
            "narrow",
            "classic",
            "compact",
            "cosy",
            "german",
            "details",
            "folded",
            "chooser",
            "copy",
            "contact",
        ):
            if parts[0] in ("classic",):
                window.run("layout-classic")
            if parts[0] in ("compact", "cosy"):
                window.run(f"density-{parts[0]}")
            open_first()
        if parts[0] == "main":
            progress = Progress(account=AccountId(2), folder="", stage=Stage.BODIES, done=1204, total=3810, rate=42)
            window.on_event(progress)
            window.on_event(Done(token=1, sentence="Archived in both places"))
        if parts[0] in ("verified", "forged", "invitation"):
            message = behind(scene, parts[0])
            settle()
            row = window.messages.model.row_of(message)
            view.select_rows([row], row)
            settle(1500)
            if parts[0] != "invitation":
                window.reader._beside.line.point("https://login.pаypal.com.secure.evil.tld/a/path?with=query")
                settle()
        if parts[0] == "talk":
            view.select_rows([4], 4)
            settle(800)
        if parts[0] == "inboxes":
            window.run("go-all-inboxes")
            settle()
            view.select_rows([2], 2)
        if parts[0] == "narrowed":
            window.run("only-flagged" if "none" not in parts else "only-files")
            if "none" in parts:
                window.run("only-flagged")
            window.messages.head.filter_button.click()
            settle()
        if parts[0] == "many":
            view.select_rows([1, 3, 4], 4)
        if parts[0] == "search":
            query = {"empty": "oder form", "found": "-from:anna is:unread order OR e"}
            query["filter"] = "order -from:anna has:attachment "
            window.messages.search.setText(query.get(parts[1], "order before:soon"))
            for saved in ("is:unread newer_than:7d", "from:tomas has:attachment"):
                window.folders.saved.save(saved)
        if parts[0] in ("trouble", "password"):
            reason = "The password was not accepted by imap.fernhill.example. Nothing was changed."
            window.on_event(
                ConnectionChanged(account=AccountId(1), link=Link.SIGN_IN_NEEDED, fix=Fix.PASSWORD, reason=reason)
            )
        if parts[0] == "password":
            button = window.notices.findChild(Button, "trouble-action")
            assert isinstance(button, Button)
            button.click()
        if parts[0] == "rules":
            hold_some(scene)
            window.run("rules")
            settle()
        if parts[0] in ("off", "on", "disconnect", "period", "end", "rest"):
            leave(scene, parts[0])
            settle(500)
            acts = {"off": "turn-off-or-on", "on": "turn-off-or-on", "disconnect": "remove-account", "period": "period"}
            if parts[0] in acts:
                window.run(acts[parts[0]])
                settle()
            view.scrollToBottom()
            window.toast.hide()
        if parts[0] == "rename":
            window.panes.show_folder(next(row for row in window.folders.folders if row.label == "Kestrel"))
            window.run("rename-folder")
            settle()
            field = window.findChild(QLineEdit, "folder-name-field")
            assert isinstance(field, QLineEdit)
            field.setText("Kestrel/Falcon")
        if parts[0] in ("delete", "empty"):
            trash = next(row for row in window.folders.folders if row.label == "Trash")
            for number in range(3):
                scene.arrive(letter("Ana <ana@there.example>", f"Old {number}", "x", at=NOW - 60), NOW - 60, "Trash")
            scene.arrive(letter("Ana <ana@there.example>", "In it", "x", at=NOW - 60), NOW - 60, "Clients/Kestrel")
            window.panes.show_folder(next(row for row in window.folders.folders if row.label == "Kestrel"))
            settle()

            def picture() -> None:
                box = app.activeModalWidget()
                assert isinstance(box, QMessageBox)
                box.grab().save(str(target))
                print(target.name, box.text(), box.informativeText(), trash.id)
                os._exit(0)

            QTimer.singleShot(600, picture)
            window.run("delete-folder" if parts[0] == "delete" else "empty-trash")
        if parts[0] == "role":
            archive = next(row for row in window.folders.folders if row.label == "Archive")
            scene.post(SetRole(folder=archive.id, role=Role.NONE))
            scene.post(RenameFolder(folder=archive.id, name="Misc"))
            message = MessageId(window.messages.model.keys[1])
            window.folder_care.give_role(ArchiveMessages(messages=(message,)))
        if parts[0] == "folders":
            entry = next(entry for entry in window.folders.model.entries if entry.label == "Kestrel")
            window.popups.folder(entry, window.mapToGlobal(QPoint(140, 420)))
        if parts[0] == "offline":
            window.on_event(ConnectionChanged(account=AccountId(1), link=Link.OFFLINE))
        if parts[0] == "phone" and "reading" in parts:
            open_first()
            window.frame.read_alone(True)
        if parts[0] == "details":
            line = window.findChild(QAbstractButton, "recipients")
            assert isinstance(line, QAbstractButton)
            line.setChecked(True)
        if parts[0] == "empty":
            window.panes.show_folder(next(folder for folder in window.folders.folders if folder.name == "Junk"))
        if parts[0] in ("chooser", "copy"):
            window.run("move" if parts[0] == "chooser" else "copy")
        settle()
        if parts[0] == "outbox":
            fill_outbox(scene)
            settle(600)
            window.panes.show_box("outbox-1")
        if parts[0] == "waiting":
            raw = letter("Ana <ana@there.example>", "A long report", "x", at=NOW - 60)
            message = scene.arrive(raw, NOW - 60, body=False)
            settle(500)
            row = window.messages.model.row_of(message)
            view.select_rows([row], row)
        if parts[0] == "sheet":
            html = (
                '<body bgcolor="#eef"><table width="600" align="center" bgcolor="#ffffff" cellpadding="24"><tr><td>'
                '<h1 style="color:#205">Autumn news</h1><p>Our <b>newsletter</b> with <a href="https://x.example">a link'
                '</a>.</p><img src="cid:pic" alt="A picture"></td></tr></table></body>'
            )
            from gui.fernhill import PIXEL

            raw = letter(
                "News <news@x.example>",
                "Autumn news",
                "text",
                html=html,
                at=NOW - 60,
                inline=(("pic", "image/png", PIXEL),),
            )
            message = scene.arrive(raw, NOW - 60)
            settle(500)
            row = window.messages.model.row_of(message)
            view.select_rows([row], row)
        if parts[0] == "long" or ("long" in parts and parts[0] == "contact"):
            fill_long(scene)
            settle(600)
            view.select_rows([1], 1)
        if parts[0] == "room":
            from app.core.values import Quota, QuotaKind
            from app.store.quota import note_quota

            with scene.library.transaction() as unit:
                note_quota(unit, AccountId(1), Quota(kind=QuotaKind.STORAGE, used=14_900 << 20, most=15 << 30))
            settle(600)
        if parts[0] == "contact":
            if "nobody" in parts:
                view.select_rows([1, 3], 3)
            window.run("contact")
            settle(300)
        if parts[0] in ("sync", "banner"):
            show_sync(scene, window, parts, theme)
        if parts[0] == "counts":
            show_counts(scene, window)
        if parts[0] == "marks":
            show_marks(scene, window)
        settle(400)
        shown: QWidget | None = (
            window.chooser if parts[0] in ("chooser", "role", "copy") else window.findChild(QDialog) or window
        )
        if parts[0] == "folders":
            shown = app.activePopupWidget()
        assert shown is not None
        shown.grab().save(str(target))
        window.stop()
        scene.close()
    print(target.name)
    os._exit(0)


def show_sync(scene: object, window: object, parts: list[str], theme: object) -> None:
    """The Sync page, or the banner over the list, in the state that the picture's name asks for."""
    from app.core.events import ConnectionChanged, Link, Progress, Stage
    from app.core.ids import AccountId
    from app.core.trouble import Fix
    from app.gui.look.theme import Theme
    from app.gui.window.main import MainWindow
    from gui.happened import add_press, ask_guard, fill_history, fill_waiting
    from gui.scene import NOW, Scene

    assert isinstance(scene, Scene) and isinstance(window, MainWindow) and isinstance(theme, Theme)
    if "mass" in parts or parts[0] == "banner":
        ask_guard(scene)
    if "empty" not in parts and parts[0] == "sync":
        add_press(scene)
        fill_history(scene)
        fill_waiting(scene)
    if "long" in parts:
        with scene.library.transaction() as unit:
            name = "Donaudampfschifffahrtsgesellschaft, Geschäftsstelle Hohenstein-Weißenburg"
            unit.run("UPDATE account SET name = ? WHERE id = 1", name)
            unit.run("UPDATE history SET subject = ? WHERE id % 2", name * 2)
    window.folders.load(scene.reader)
    size = {"narrow": (900, 800), "phone": (520, 800)}.get(parts[1] if len(parts) > 1 else "", (1440, 900))
    window.resize(int(size[0] * theme.scale), int(size[1] * theme.scale))
    one, two, three = AccountId(1), AccountId(2), AccountId(3)
    window.on_event(ConnectionChanged(account=one, link=Link.LIVE, at=NOW - 6))
    if parts[0] == "sync":
        window.run("sync-page")
        window.on_event(ConnectionChanged(account=two, link=Link.FETCHING, at=NOW - 600))
        window.on_event(Progress(account=two, folder="", stage=Stage.BODIES, done=1204, total=3810, rate=42))
        if "empty" not in parts:
            reason = "The password was changed at the provider."
            window.on_event(ConnectionChanged(account=three, link=Link.SIGN_IN_NEEDED, fix=Fix.PASSWORD, reason=reason))


def show_counts(scene: object, window: object) -> None:
    """The dialog that holds counts against each other, with two folders that differ."""
    from app.core.commands import AuditFolders
    from app.core.events import FolderCompared, FoldersCompared
    from app.core.ids import AccountId
    from app.gui.window.main import MainWindow
    from gui.scene import Scene

    assert isinstance(scene, Scene) and isinstance(window, MainWindow)
    one = AccountId(1)
    window.run("sync-page")
    window.panes.sync.counts_asked.emit(1)
    origin = scene.sent(AuditFolders)[-1].origin
    found = (
        ("INBOX", 214, 60, 0, 0),
        ("Sent", 812, 95, 0, 0),
        ("Archive", 1329, 917, 2, 0),
        ("Clients/Kestrel", 4, 5, 0, 1),
    )
    for number, (folder, there, here, missing, extra) in enumerate(found, 1):
        window.on_event(
            FolderCompared(
                account=one,
                origin=origin,
                folder=folder,
                there=there,
                here=here,
                missing=missing,
                extra=extra,
                number=number,
                total=len(found),
            )
        )
    window.on_event(FoldersCompared(account=one, origin=origin))


def behind(scene: object, state: str) -> MessageId:
    """A message about which there is something to say."""
    from gui.scene import NOW, Scene, letter

    assert isinstance(scene, Scene)
    passed = "Authentication-Results: mx.fernhill.example; dmarc=pass header.from={0}; dkim=pass header.d={0}\r\n"
    for number in range(12):
        raw = letter(f"x@sender{number}.example", "News", "x", at=NOW - number)
        scene.arrive(passed.format(f"sender{number}.example").encode() + raw, NOW + 100 - number)
    leave = "List-Unsubscribe: <mailto:leave@corvid.example>\r\n"
    text = "Hello Mara,\n\nThe minutes are at https://corvid.example/minutes. Write to lang@meridian.example.\n\nPriya"
    if state == "verified":
        raw = letter("Corvid Cloud News <news@corvid.example>", "What is new in November", text, at=NOW)
        return scene.arrive((passed.format("corvid.example") + leave).encode() + raw, NOW + 200)
    if state == "forged":
        failed = "Authentication-Results: mx.fernhill.example; dmarc=fail header.from=paypa1.com\r\n"
        wish = "Disposition-Notification-To: boss@paypa1.com\r\nReply-To: x@evil.example\r\n"
        raw = letter("PayPal Service <service@paypa1.com>", "Your account is limited", text, at=NOW)
        return scene.arrive((failed + wish).encode() + raw, NOW + 200)
    event = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:7@m.example\r\nSUMMARY:Rollout call, Hamburg and Lisbon\r\n"
        "DTSTART:20261201T130000Z\r\nDTEND:20261201T140000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=8\r\n"
        "LOCATION:Room 4, Speicherstadt 12\r\nORGANIZER;CN=Amira Haddad:mailto:amira.haddad@meridian.example\r\n"
        "ATTENDEE:mailto:mara@fernhill.example\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:jonas@fernhill.example\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    files = (("invite.ics", "text/calendar", event.encode()),)
    raw = letter("Amira Haddad <amira.haddad@meridian.example>", "Rollout call", text, at=NOW, files=files)
    return scene.arrive(passed.format("meridian.example").encode() + raw, NOW + 200)


def show_marks(scene: object, window: object) -> None:
    """Messages that only one side has, in the list and in the reader."""
    from app.core.commands import ArchiveMessages, ChangeSwitches
    from app.core.ids import AccountId
    from app.gui.window.main import MainWindow
    from app.store import overlay
    from app.sync.switches import Cause
    from gui.happened import inbox
    from gui.scene import Scene

    assert isinstance(scene, Scene) and isinstance(window, MainWindow)
    messages = inbox(scene)
    scene.desk.handle(ChangeSwitches(account=AccountId(1), archive_out=False))
    scene.desk.handle(ArchiveMessages(messages=tuple(messages[2:4])))
    with scene.library.transaction() as unit:
        for message in messages[:2]:
            overlay.cover(unit, message, scene.folder("INBOX"), Cause.DELETE_IN)
        overlay.cover(unit, messages[5], scene.folder("INBOX"), Cause.ARCHIVE_IN)
    window.panes.show_message(messages[0])


def fill_long(scene: object) -> None:
    """Names, subjects and files longer than any pane, in German."""
    from gui.scene import NOW, Scene, letter

    assert isinstance(scene, Scene)
    people = ", ".join(f"Mitarbeiterin Nummer {n} <person{n}@geschaeftsstelle.example>" for n in range(30))
    raw = letter(
        "Donaudampfschifffahrtsgesellschaftskapitänin Annegret von Hohenstein-Weißenburg <annegret.von-hohenstein"
        "-weissenburg@donaudampfschifffahrtsgesellschaft.example>",
        "Rückmeldung zur Datenschutzgrundverordnungsfolgenabschätzung für das Rechnungswesen im vierten Quartal",
        "Sehr geehrte Frau Lindqvist,\n\nanbei die Unterlagen. https://donau.example/" + "sehr-langer-pfad/" * 14,
        to=people,
        at=NOW,
        files=(
            (
                "Datenschutzgrundverordnungsfolgenabschätzung_Entwurf_final_wirklich_final_v12.docx",
                "application/pdf",
                b"x",
            ),
        ),
    )
    scene.arrive(raw, NOW)


def leave(scene: object, state: str) -> None:
    """Changes that wait, an account that was turned off for long, folders that do not reach back."""
    from app.core.commands import ArchiveMessages, PauseAccount, RemoveAccount
    from app.core.ids import AccountId, MessageId
    from gui.scene import NOW, Scene

    assert isinstance(scene, Scene)
    fill_outbox(scene)
    ids, _dates = scene.reader.listing(scene.folder("INBOX"))
    scene.desk.handle(ArchiveMessages(messages=tuple(MessageId(ident) for ident in ids[-6:])))
    if state in ("on", "rest"):
        scene.now = NOW - 200 * 86_400
        scene.desk.handle(PauseAccount(account=AccountId(1)))
        scene.now = NOW
    if state == "rest":
        scene.desk.handle(RemoveAccount(account=AccountId(2), keep_mail=True))
    with scene.library.transaction() as unit:
        unit.run(
            "UPDATE folder SET uidvalidity = 1, uidnext = 99, window_done = 1, window_from = ?, server_count = 1240",
            NOW - 60 * 86_400,
        )
        unit.run("INSERT INTO gap(folder, low, high, until, count) VALUES (1, 5, 9, ?, 36)", NOW - 90 * 86_400)
        from app.core.events import Topic

        unit.touch(*Topic)


def fill_outbox(scene: object) -> None:
    """Letters in every state."""
    from app.core.commands import SaveDraft, SendLetter
    from app.core.ids import AccountId, OutboxId
    from app.core.values import Address, Letter, OutboxState
    from app.store import outbox
    from gui.scene import Scene

    assert isinstance(scene, Scene)
    me = Address(name="Mara Lindqvist", email="mara@fernhill.example")
    amira = Address(name="Amira Haddad", email="amira.haddad@meridian.example")
    for subject in ("Re: Offer Halden", "Re: Rollout plan", "Minutes of Thursday"):
        text = Letter(sender=me, to=(amira,), subject=subject, text="Hello")
        scene.desk.handle(SendLetter(account=AccountId(1), letter=text))
    with scene.library.transaction() as unit:
        outbox.give_up(unit, OutboxId(1), OutboxState.UNCERTAIN, "")
        outbox.give_up(unit, OutboxId(2), OutboxState.FAILED, "The server does not know lang@meridian.example.")
    draft = Letter(sender=me, subject="Half a thought", text="Perhaps we could")
    scene.desk.handle(SaveDraft(draft=None, account=AccountId(1), letter=draft))


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        shoot(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
