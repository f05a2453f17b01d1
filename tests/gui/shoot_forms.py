"""Draw wizard, folder picker and composer into PNG files, offscreen: `python tests/gui/shoot_forms.py FOLDER [WORD…]`.

Each word keeps only the pictures whose name contains it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from app.core.commands import AddAccount, Command, SendLetter
from app.core.events import BrowserWanted, CommandFailed, FoundFolder, Looked, Remedy, ServersFound, SignInTried
from app.core.ids import AccountId, DraftId, FolderId
from app.core.trouble import Fix
from app.core.values import (
    AccountSettings,
    AccountState,
    Address,
    Attachment,
    FoundServers,
    Letter,
    Provider,
    Role,
    Security,
    Server,
)
from app.gui.composer.letters import sender_of
from app.gui.composer.window import Composer
from app.gui.look.theme import Theme
from app.gui.look.tokens import ACCOUNT_COLOURS
from app.gui.picker.page import FolderPicker
from app.gui.wizard.wizard import Wizard
from app.store.rows import AccountRow, FolderRow, IdentityRow

ACCOUNT = AccountId(1)
SHEET = str(Path(__file__).resolve())
"""Any file that is there, to be attached."""
TREE: list[tuple[str, Role, bool, int | None, int | None, bool, int]] = [
    ("INBOX", Role.INBOX, True, 412, 1284, True, 412),
    ("Drafts", Role.DRAFTS, True, 2, 2, True, 2),
    ("Sent Items", Role.SENT, True, 307, 912, True, 307),
    ("Archive", Role.ARCHIVE, True, 268, 3640, True, 268),
    ("Clients", Role.NONE, False, None, None, False, 0),
    ("Clients/Meridian", Role.NONE, True, 61, 148, True, 61),
    ("Clients/Oasis Clinics", Role.NONE, True, 24, 96, True, 24),
    ("Clients/Kestrel", Role.NONE, True, 83, 203, True, 83),
    ("Clients/Closed 2023", Role.NONE, True, 0, 1906, True, 1906),
    ("Newsletters", Role.NONE, True, 388, 2417, False, 0),
    ("Junk Email", Role.JUNK, True, 61, 61, True, 61),
    ("Deleted Items", Role.TRASH, True, 118, 118, True, 118),
]


def folder_rows() -> list[FolderRow]:
    return [
        FolderRow(
            id=FolderId(number),
            account=ACCOUNT,
            name=name,
            label=name.rpartition("/")[2],
            parent=name.rpartition("/")[0],
            depth=name.count("/"),
            role=role,
            selectable=selectable,
            selected=ticked,
            total=local,
            unread=0,
            server_count=total,
            recent_count=recent,
            window_days=60,
        )
        for number, (name, role, selectable, recent, total, ticked, local) in enumerate(TREE, 1)
    ]


def nothing(_: object) -> None:
    """Where commands go in a picture."""


def picker(theme: Theme) -> QWidget:
    page = FolderPicker(ACCOUNT, folder_rows(), nothing, theme, keep_all=False, days=60, account_name="Fernhill Studio")
    index = page.panel.model.find("Clients/Closed 2023")
    page.panel.tree.setCurrentIndex(index)
    page.panel.model.turn(index)
    return page


def picker_answered(theme: Theme) -> QWidget:
    page = picker(theme)
    assert isinstance(page, FolderPicker)
    page.panel.ask.answered.emit("remove")
    return page


def picker_search(theme: Theme) -> QWidget:
    page = FolderPicker(ACCOUNT, folder_rows(), nothing, theme, keep_all=True, days=60)
    page.panel.finder.setText("kes")
    return page


def found_folders() -> tuple[FoundFolder, ...]:
    return tuple(
        FoundFolder(
            name=name,
            label=name.rpartition("/")[2],
            depth=name.count("/"),
            role=role,
            selectable=selectable,
            recent=recent,
            total=total,
            parent=name.rpartition("/")[0],
        )
        for name, role, selectable, recent, total, _, _ in TREE
    )


class Desk:
    """Remembers what a wizard posted, so that answers carry the right origin."""

    def __init__(self) -> None:
        self.posted: list[Command] = []

    def post(self, command: Command) -> None:
        self.posted.append(command)

    @property
    def origin(self) -> str:
        return self.posted[-1].origin


IMAP = Server(host="imap.fernhill.example", port=993, security=Security.TLS, user="mara@fernhill.example")
SMTP = Server(host="smtp.fernhill.example", port=465, security=Security.TLS, user="mara@fernhill.example")
FOUND = FoundServers(provider=Provider.OTHER, imap=(IMAP,), smtp=(SMTP,))
LOOKS = (
    ("table", "fernhill.example", False, "not listed", 0.0),
    ("file", "fernhill.example", False, "no file there", 0.4),
    ("srv", "fernhill.example", False, "no record", 0.5),
    ("mx", "fernhill.example", True, "Microsoft 365", 0.6),
)


def wizard_at(
    theme: Theme,
    email: str = "mara@fernhill.example",
    found: FoundServers | None = FOUND,
    looks: Sequence[tuple[str, str, bool, str, float]] = (),
) -> tuple[Wizard, Desk]:
    desk = Desk()
    ticks = iter(number * 0.4 for number in range(1000))
    wizard = Wizard(
        desk.post,
        theme,
        try_demo=lambda: None,
        give_passphrase=lambda phrase: None,
        first_run=True,
        clock=lambda: next(ticks),
        wall_clock=lambda: 0.0,
        open_page=lambda url: None,
    )
    page = wizard.address_page
    page.address.setText(email)
    page.finder.look_for(email, now=True)
    origin = desk.origin
    for step, where, is_there, detail, seconds in looks:
        wizard.on_event(Looked(origin=origin, step=step, where=where, found=is_there, detail=detail, seconds=seconds))
    wizard.on_event(ServersFound(origin=origin, email=email, found=found))
    return wizard, desk


def _microsoft(theme: Theme) -> tuple[Wizard, Desk]:
    imap = Server(host="outlook.office365.com", port=993, security=Security.TLS, user="mara@fernhill.example")
    smtp = Server(host="smtp.office365.com", port=587, security=Security.STARTTLS, user="mara@fernhill.example")
    found = FoundServers(provider=Provider.MICROSOFT, name="Microsoft 365", imap=(imap,), smtp=(smtp,))
    return wizard_at(theme, found=found, looks=LOOKS)


def wizard_address(theme: Theme) -> QWidget:
    return _microsoft(theme)[0]


def wizard_looking(theme: Theme) -> QWidget:
    wizard, desk = wizard_at(theme)
    wizard.address_page.finder.look_for("")
    wizard.address_page.finder.look_for("mara@fernhill.example", now=True)
    look = LOOKS[0]
    wizard.on_event(Looked(origin=desk.origin, step=look[0], where=look[1], found=False, detail=look[3], seconds=0.0))
    return wizard


def wizard_nothing(theme: Theme) -> QWidget:
    looks = [
        *LOOKS[:3],
        ("mx", "fernhill.example", False, "no record", 0.6),
        ("exchange", "fernhill.example", False, "none there", 1.1),
    ]
    return wizard_at(theme, found=None, looks=looks)[0]


def wizard_proton(theme: Theme) -> QWidget:
    words = (
        "Proton Mail opens to mail programs only through Proton’s own Bridge. "
        "Install it, then enter the servers and the password that it shows by hand."
    )
    found = FoundServers(provider=Provider.OTHER, name="Proton Mail", obstacle=words)
    return wizard_at(theme, "mara@proton.me", found, [("table", "proton.me", True, "Proton Mail", 0.0)])[0]


def wizard_browser(theme: Theme) -> QWidget:
    wizard, desk = _microsoft(theme)
    wizard.next.click()
    wizard.on_event(
        BrowserWanted(origin=desk.origin, url="https://x.example", provider=Provider.MICROSOFT, until=272.0)
    )
    return wizard


def wizard_signed_in(theme: Theme) -> QWidget:
    wizard, desk = _microsoft(theme)
    wizard.next.click()
    wizard.on_event(SignInTried(origin=desk.origin, email="mara@fernhill.example", ticket="x", folders=found_folders()))
    return wizard


def wizard_admin(theme: Theme) -> QWidget:
    wizard, desk = _microsoft(theme)
    wizard.next.click()
    wizard.on_event(
        SignInTried(
            origin=desk.origin,
            reason="Your company must allow Tandem first. Send this link to your administrator.",
            fix=Fix.ADMIN,
            link="https://login.microsoftonline.com/organizations/v2.0/adminconsent",
            detail="consent_required: AADSTS90094: The grant requires admin permission.",
        )
    )
    return wizard


def wizard_client(theme: Theme) -> QWidget:
    wizard, desk = _microsoft(theme)
    wizard.next.click()
    wizard.on_event(
        SignInTried(
            origin=desk.origin,
            reason="This copy of Tandem is not registered at Microsoft yet, so its sign-in page cannot be opened. "
            "You can register it yourself in some minutes.",
            fix=Fix.CLIENT_ID,
        )
    )
    return wizard


def wizard_client_form(theme: Theme) -> QWidget:
    wizard = wizard_client(theme)
    assert isinstance(wizard, Wizard)
    wizard.browser_page.trouble.button("client").click()
    return wizard


def wizard_app_password(theme: Theme) -> QWidget:
    found = FoundServers(
        provider=Provider.OTHER, name="iCloud", imap=(IMAP,), smtp=(SMTP,), app_password="https://account.apple.com"
    )
    wizard, _ = wizard_at(theme, "mara@icloud.com", found)
    wizard.next.click()
    return wizard


def wizard_smtp_refused(theme: Theme) -> QWidget:
    wizard, desk = wizard_at(theme)
    wizard.next.click()
    wizard.sign_in_page.name.setText("Mara Lindqvist")
    wizard.sign_in_page.password.edit.setText("correct horse")
    wizard.next.click()
    reason = "smtp.fernhill.example refused the connection on port 465. Check the port, or try again later."
    wizard.on_event(SignInTried(origin=desk.origin, reason=reason, fix=Fix.NETWORK, server="smtp"))
    return wizard


def wizard_rules(theme: Theme) -> QWidget:
    wizard, desk = wizard_at(theme)
    wizard.next.click()
    wizard.sign_in_page.name.setText("Mara Lindqvist")
    wizard.sign_in_page.password.edit.setText("correct horse")
    wizard.next.click()
    wizard.on_event(SignInTried(origin=desk.origin, folders=found_folders()))
    return wizard


def wizard_trying(theme: Theme) -> QWidget:
    wizard, desk = wizard_at(theme)
    wizard.next.click()
    wizard.sign_in_page.name.setText("Mara Lindqvist")
    wizard.sign_in_page.password.edit.setText("correct horse")
    wizard.next.click()
    wizard.on_event(
        SignInTried(origin=desk.origin, reason="imap.fernhill.example did not answer.", fix=Fix.NETWORK, server="imap")
    )
    return wizard


def wizard_refused(theme: Theme) -> QWidget:
    wizard, desk = wizard_at(theme)
    wizard.next.click()
    wizard.sign_in_page.name.setText("Mara Lindqvist")
    wizard.sign_in_page.password.edit.setText("wrong horse")
    wizard.next.click()
    wizard.on_event(
        SignInTried(
            origin=desk.origin,
            reason="The password was not accepted by imap.fernhill.example. Nothing was changed.",
            fix=Fix.PASSWORD,
            detail="AUTHENTICATIONFAILED Authentication failed.",
            server="imap",
        )
    )
    return wizard


def wizard_by_hand(theme: Theme) -> QWidget:
    wizard, _ = wizard_at(theme)
    wizard.next.click()
    page = wizard.sign_in_page
    page.name.setText("Mara Lindqvist")
    page.password.edit.setText("correct horse")
    page.tries.by_hand_wanted.emit()
    page.servers.smtp.security.setCurrentIndex(2)
    page.own_smtp.setChecked(True)
    page.advanced.setChecked(True)
    return wizard


def wizard_folders(theme: Theme) -> QWidget:
    wizard = wizard_rules(theme)
    assert isinstance(wizard, Wizard)
    wizard.next.click()
    return wizard


def wizard_last(theme: Theme) -> QWidget:
    wizard = wizard_folders(theme)
    assert isinstance(wizard, Wizard)
    wizard.next.click()
    return wizard


def wizard_passphrase(theme: Theme) -> QWidget:
    wizard = wizard_last(theme)
    assert isinstance(wizard, Wizard)
    wizard.next.click()
    add = AddAccount(
        settings=AccountSettings(email="a@b.example", imap=Server(host="h", port=1, security=Security.TLS, user="u")),
        password="",
        origin="add-account",
    )
    wizard.on_event(
        CommandFailed(
            command=add,
            remedy=Remedy.ASK_USER,
            reason="No keychain was found, and no passphrase was given.",
            fix=Fix.PASSPHRASE,
        )
    )
    wizard.last_page.passphrase.edit.setText("four brown geese")
    wizard.last_page.repeated.edit.setText("four white")
    return wizard


def account(number: int, name: str, email: str, color: str, signature: str) -> AccountRow:
    server = Server(host="imap.fernhill.example", port=993, security=Security.TLS, user=email)
    return AccountRow(
        id=AccountId(number),
        email=email,
        name=name,
        color=color,
        state=AccountState.LIVE,
        imap=server,
        smtp=server,
        ca_file="",
        days=60,
        all_folders=True,
        delete_in=True,
        delete_out=True,
        archive_in=True,
        archive_out=True,
        last_sync=0.0,
        identity=IdentityRow(email=email, name=name, signature=signature),
    )


ACCOUNTS = [
    account(
        1,
        "Mara Lindqvist",
        "mara@fernhill.example",
        ACCOUNT_COLOURS[0],
        "Mara Lindqvist\nFernhill Studio · +49 30 5550 0177",
    ),
    account(2, "Mara", "mara.l@home.example", ACCOUNT_COLOURS[1], ""),
]
TEXT = """Hi Amira,

As agreed, the order form for Rollout · 40 seats is attached. The price of €18,400 stays fixed until all 40 seats are \
in use, and I have added the phased start for Hamburg and Lisbon.

On your side, Dr Lang signs for data protection. If you return the form by Thursday, 26 November, we can begin the \
import the same week.

Any question before that, just call me.

Best regards,
Mara

--\x20
Mara Lindqvist
Fernhill Studio · +49 30 5550 0177"""
PEOPLE = [("Amira Haddad", "amira@oasis.example"), ("Amir Rahimi", "amir@kestrel.example")]


def compose(theme: Theme, letter: Letter) -> Composer:
    return Composer(letter, ACCOUNTS, nothing, theme, lambda typed: PEOPLE, DraftId(1), lambda: 1_763_892_000.0)


def sample(**changes: Any) -> Letter:
    letter = Letter(
        sender=sender_of(ACCOUNTS[0]),
        to=(Address(name="Amira Haddad", email="amira@oasis.example"),),
        subject="Your order form, ready to sign",
        text=TEXT,
        attachments=(Attachment(path=SHEET, name="Order form v3.pdf", content_type="application/pdf"),),
    )
    return replace(letter, **changes)


def composer(theme: Theme) -> QWidget:
    window = compose(theme, sample())
    window.keeper.saved.emit(1_763_891_900.0)
    return window


def composer_invalid(theme: Theme) -> QWidget:
    to = (
        Address(name="Amira Haddad", email="amira@oasis.example"),
        Address(email="lena@fernhill"),
        Address(name="Dr Konstantin-Alexander von Hohenlohe-Langenburg", email="k@hohenlohe.example"),
        Address(name="נועה לוי", email="noa@levi.example"),
    )
    window = compose(theme, sample(to=to, cc=to[2:3], attachments=()))
    window.send_now()
    return window


def composer_missing(theme: Theme) -> QWidget:
    window = compose(theme, sample(attachments=()))
    window.send_now()
    return window


def composer_suggest(theme: Theme) -> QWidget:
    window = compose(theme, Letter(sender=sender_of(ACCOUNTS[0])))
    window.show()
    window.form.to.input.setText("am")
    return window


def composer_failed(theme: Theme) -> QWidget:
    window = compose(theme, sample())
    window.send_now()
    window.on_event(
        CommandFailed(
            command=SendLetter(account=ACCOUNT, letter=sample(), origin=window.origin),
            remedy=Remedy.ASK_USER,
            reason="The disk is full.",
            fix=Fix.RETRY,
        )
    )
    return window


STATES: dict[str, Callable[[Theme], QWidget]] = {
    "wizard-address": wizard_address,
    "wizard-looking": wizard_looking,
    "wizard-nothing": wizard_nothing,
    "wizard-proton": wizard_proton,
    "wizard-browser": wizard_browser,
    "wizard-signed-in": wizard_signed_in,
    "wizard-admin": wizard_admin,
    "wizard-client": wizard_client,
    "wizard-form-client": wizard_client_form,
    "wizard-app-password": wizard_app_password,
    "wizard-smtp-refused": wizard_smtp_refused,
    "wizard-rules": wizard_rules,
    "wizard-trying": wizard_trying,
    "wizard-refused": wizard_refused,
    "wizard-by-hand": wizard_by_hand,
    "wizard-folders": wizard_folders,
    "wizard-last": wizard_last,
    "wizard-passphrase": wizard_passphrase,
    "composer": composer,
    "composer-invalid": composer_invalid,
    "composer-missing": composer_missing,
    "composer-empty": composer_suggest,
    "composer-failed": composer_failed,
    "picker": picker,
    "picker-answered": picker_answered,
    "picker-search": picker_search,
}


def variants() -> Iterator[tuple[str, bool, bool, float, int, int]]:
    """Name, dark, right to left, text size, width, height."""
    yield "light", False, False, 1.0, 1440, 900
    yield "dark", True, False, 1.0, 1440, 900
    yield "rtl-light", False, True, 1.0, 1440, 900
    yield "200-light", False, False, 2.0, 1440, 900
    yield "narrow-light", False, False, 1.0, 640, 620
    yield "german-light", False, False, 1.0, 1440, 900
    yield "german-narrow-dark", True, False, 1.0, 640, 620


class German(QTranslator):
    """What the wizard says, for its looks: longer words and sentences."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, str] = json.loads((Path(__file__).parent / "german.json").read_text(encoding="utf-8"))

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return self._words.get(source, source)


def main(folder: Path, words: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = QApplication([])
    theme = Theme("light")
    theme.apply(app)
    german = German()
    for variant, dark, rtl, scale, width, height in variants():
        theme.mode = "dark" if dark else "light"
        theme.scale = scale
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        app.removeTranslator(german)
        if "german" in variant:
            app.installTranslator(german)
        for state, make in STATES.items():
            name = f"{state}-{variant}"
            if words and not any(word in name for word in words):
                continue
            window = make(theme)
            window.resize(width, height)
            window.show()
            window.activateWindow()
            for _ in range(6):
                app.processEvents()
            window.grab().save(str(folder / f"{name}.png"))
            window.hide()
            window.deleteLater()
            app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
