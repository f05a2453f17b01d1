"""Draw the settings window into PNG files, offscreen: `python tests/gui/shoot_settings.py FOLDER [WORD…]`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from app.core.commands import ChangeIdentities, ChangeServers
from app.core.events import SignInTried
from app.core.ids import AccountId
from app.core.trouble import Fix
from app.core.values import Identity, Security, Server
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.settings.servers_page import TRY
from app.gui.settings.window import SettingsWindow
from gui.fernhill import fill_fernhill
from gui.scene import NOW, Scene

PAGES = ("account", "identities", "rules", "folders", "servers", "second-server", "failed", "google")


def variants() -> list[tuple[str, bool, bool, float, int, int]]:
    """Name, dark, right to left, text size, width, height."""
    return [
        ("light", False, False, 1.0, 1040, 760),
        ("dark", True, False, 1.0, 1040, 760),
        ("rtl", False, True, 1.0, 1040, 760),
        ("200", False, False, 2.0, 1440, 900),
        ("narrow", False, False, 1.0, 620, 620),
    ]


def main(folder: Path, words: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = QApplication([])
    theme = Theme("light")
    theme.apply(app)
    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile), now=NOW)
        fill_fernhill(scene)
        me = scene.reader.accounts()[0]
        more = Identity(email="sales@fernhill.example", name="Fernhill Studio, sales and support", signature="Sales")
        first = Identity(email=me.email, name="Mara Lindqvist", signature="Mara Lindqvist\nFernhill Studio")
        scene.desk.handle(ChangeIdentities(account=me.id, identities=(first, more)))
        second = Server(host="relay.fernhill.example", port=587, security=Security.STARTTLS, user=me.email)
        scene.desk.handle(ChangeServers(account=me.id, imap=me.imap, smtp=me.smtp, fallback=second))
        with scene.library.transaction() as unit:
            unit.run("UPDATE account SET provider = 'google' WHERE id = 2")
        for variant, dark, rtl, scale, width, height in variants():
            theme.mode, theme.scale = "dark" if dark else "light", scale
            app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
            for page in PAGES:
                name = f"settings-{page}-{variant}"
                if words and not any(word in name for word in words):
                    continue
                window = SettingsWindow(
                    theme,
                    scene.reader,
                    lambda _command: None,
                    lambda: NOW,
                    outside=Outside(),
                    open_picker=lambda _account: None,
                    open_add_account=lambda: None,
                    close_composers=lambda _account: None,
                )
                window.resize(width, height)
                known = page if page not in ("failed", "google") else "servers"
                window.open(AccountId(2 if page == "google" else 1), known)
                if page == "failed":
                    servers = window.servers_page
                    servers.form.smtp.line.host.setText("smtp.fernhill.example.org")
                    servers.save.click()
                    reason = "smtp.fernhill.example.org refused the connection on port 465. Check the port, or try again later."
                    window.on_event(
                        SignInTried(
                            origin=f"{TRY}-1", reason=reason, fix=Fix.NETWORK, server="smtp", detail="[Errno 111]"
                        )
                    )
                for _ in range(8):
                    app.processEvents()
                window.grab().save(str(folder / f"{name}.png"))
                window.close()
                window.deleteLater()
                app.processEvents()
        scene.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
