from __future__ import annotations

import pytest

from app.core.values import Role
from app.remote.folder_names import NAMES
from app.remote.items import ListedFolder
from app.remote.roles import find_roles


def listed(*names: str, separator: str = "/", **marked: Role) -> list[ListedFolder]:
    return [
        ListedFolder(name=name, wire=name.encode(), separator=separator, role=marked.get(name, Role.NONE))
        for name in names
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("Sent", "Drafts", "Trash", "Junk", "Archive"),
        ("Sent Items", "Drafts", "Deleted Items", "Junk Email", "Archive"),
        ("Sent Messages", "Drafts", "Deleted Messages", "Junk", "Archive"),
        ("Gesendete Elemente", "Entwürfe", "Gelöschte Elemente", "Junk-E-Mail", "Archiv"),
        ("GESENDET", "ENTWÜRFE", "PAPIERKORB", "SPAMVERDACHT", "ARCHIV"),
        ("Enviados", "Borradores", "Papelera", "Correo no deseado", "Archivo"),
        ("Éléments envoyés", "Brouillons", "Corbeille", "Courrier indésirable", "Archives"),
        ("Elements envoyes", "brouillons", "corbeille", "Indesirables", "archives"),
        ("Posta inviata", "Bozze", "Cestino", "Posta indesiderata", "Archivio"),
        ("Itens enviados", "Rascunhos", "Lixeira", "Lixo eletrônico", "Arquivo"),
        ("Verzonden items", "Concepten", "Prullenbak", "Ongewenste e-mail", "Archief"),
        ("Skickat", "Utkast", "Papperskorgen", "Skräppost", "Arkiv"),
        ("Sendt", "Kladder", "Slettet post", "Uønsket post", "Arkiv"),
        ("Lähetetyt", "Luonnokset", "Roskakori", "Roskaposti", "Arkisto"),
        ("Elementy wysłane", "Wersje robocze", "Kosz", "Wiadomości-śmieci", "Archiwum"),
        ("Odeslaná pošta", "Koncepty", "Koš", "Nevyžádaná pošta", "Archiv"),
        ("Отправленные", "Черновики", "Удалённые", "Спам", "Архив"),
        ("Надіслані", "Чернетки", "Кошик", "Небажана пошта", "Архів"),
        ("Gönderilmiş Öğeler", "Taslaklar", "Çöp Kutusu", "Gereksiz", "Arşiv"),
        ("送信済みアイテム", "下書き", "ゴミ箱", "迷惑メール", "アーカイブ"),
        ("已发送邮件", "草稿箱", "已删除邮件", "垃圾邮件", "存档"),
        ("寄件備份", "草稿匣", "刪除的郵件", "垃圾郵件", "封存"),
        ("보낸편지함", "임시보관함", "휴지통", "스팸편지함", "보관함"),
        ("العناصر المرسلة", "المسودات", "العناصر المحذوفة", "البريد العشوائي", "أرشيف"),
        ("פריטים שנשלחו", "טיוטות", "פריטים שנמחקו", "דואר זבל", "ארכיון"),
        ("Elküldött elemek", "Piszkozatok", "Törölt elemek", "Levélszemét", "Archívum"),
        ("Απεσταλμένα", "Πρόχειρα", "Διαγραμμένα", "Ανεπιθύμητα", "Αρχείο"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "INBOX."])
def test_system_folders_are_known_in_many_languages(names: tuple[str, ...], prefix: str) -> None:
    found = find_roles(listed("INBOX", *(prefix + name for name in names), "Holiday", separator="."))
    roles = [Role.SENT, Role.DRAFTS, Role.TRASH, Role.JUNK, Role.ARCHIVE]
    assert found == {"INBOX": Role.INBOX} | {prefix + name: role for name, role in zip(names, roles, strict=True)}


def test_what_the_server_says_wins_over_names() -> None:
    found = find_roles(listed("INBOX", "Sent", "Out there", **{"Out there": Role.SENT}))
    assert found == {"INBOX": Role.INBOX, "Out there": Role.SENT}


def test_gmail_in_german() -> None:
    names = ["INBOX", "[Gmail]/Gesendet", "[Gmail]/Alle Nachrichten", "[Gmail]/Papierkorb", "[Gmail]/Spam"]
    found = find_roles(listed(*names))
    assert [found[name] for name in names] == [Role.INBOX, Role.SENT, Role.ALL, Role.TRASH, Role.JUNK]


def test_each_role_is_given_once_and_the_better_name_gets_it() -> None:
    assert find_roles(listed("Sent Messages", "INBOX", "Sent")) == {"INBOX": Role.INBOX, "Sent": Role.SENT}


def test_folders_deep_inside_the_users_own_are_left_alone() -> None:
    assert find_roles(listed("INBOX", "Projects/Archive", "Old/Sent", "All Mail")) == {"INBOX": Role.INBOX}


def test_the_top_is_preferred_even_if_the_server_marks_two() -> None:
    folders = listed("Old/Trash", "Trash", "INBOX", **{"Old/Trash": Role.TRASH, "Trash": Role.TRASH})
    assert find_roles(folders) == {"INBOX": Role.INBOX, "Trash": Role.TRASH}


def test_a_folder_that_cannot_be_opened_gets_no_role() -> None:
    closed = ListedFolder(name="Sent", wire=b"Sent", flags=frozenset({"noselect"}))
    assert find_roles([closed]) == {}


def test_no_folders_no_roles() -> None:
    assert find_roles([]) == {}


def test_no_name_stands_for_two_roles() -> None:
    from app.remote.roles import _plain

    owners: dict[str, Role] = {}
    for role, names in NAMES.items():
        for name in names:
            assert owners.setdefault(_plain(name), role) is role, name
