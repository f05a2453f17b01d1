"""File names out of mails: safe to save under, and which kinds must never open by a click."""

from __future__ import annotations

import re
import unicodedata

from app.mail.words import legible

MOST_BYTES = 150
_MOST_EXTENSION = 20
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_SPACES = re.compile(r"\s+")
# Names that Windows takes for devices, whatever their extension.
_RESERVED = frozenset(
    (
        *("con", "prn", "aux", "nul", "conin$", "conout$", "clock$"),
        *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"),
    )
)

# What some system runs, installs, mounts or lets take control when it is opened.
_DANGEROUS = frozenset(
    """ade adp apk app appimage appinstaller application appref-ms appx appxbundle arc air bas bash bat bin bgi btm bundle
    ccc cdxml cer chm class cmd cnt com command cpl crt csh dcr deb der desktop diagcab diagcfg diagpkg dll dmg docm dotm
    drv elf exe fish flatpak flatpakref gadget grp hlp hpj hta htc img inf ins ipa iso isp its jar jnlp job js jse kix ksh
    lib library-ms lnk mad maf mag mam maq mar mas mat mau mav maw mcf mda mdb mde mdt mdw mdz mht mhtml mod msc msh msh1
    msh1xml msh2 msh2xml mshxml msi msix msixbundle msp mst msu ocx ops osd out out1 pcd pif pkg pl plg potm ppam ppsm pptm
    prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 pst py pyc pyo pyw pyz pyzw rb reg rpm run scf scr
    scpt scriptlet sct search-ms searchconnector-ms service settingcontent-ms sh shb shs sldm snap so swf sys terminal theme
    themepack timer tmp udl url vb vbe vbp vbs vbscript vhd vhdx vsmacros vsw vxd website webpnp wim workflow ws wsb wsc wsf
    wsh xbap xlam xll xlm xlsm xltm xnk xpi zsh action ph desklink mapimail""".split()
) - {"bin", "pst", "out", "tmp", "lib", "mat", "mod", "theme", "ph"}
_PROGRAMS = frozenset("exe scr pif bat cmd vbs vbe jse wsf hta lnk msi ps1 jar cpl appimage desktop".split())
_DANGEROUS_TYPES = frozenset(
    """application/x-msdownload application/x-msdos-program application/x-dosexec application/x-executable application/x-sh
    application/x-shellscript application/x-csh application/x-desktop application/x-ms-shortcut application/java-archive
    application/x-java-archive application/x-java-jnlp-file application/javascript application/x-javascript text/javascript
    application/x-msi application/x-ms-installer application/hta application/x-python-code text/x-python text/x-shellscript
    application/vnd.microsoft.portable-executable application/vnd.debian.binary-package application/x-rpm application/x-bat
    application/vnd.android.package-archive application/x-apple-diskimage application/x-iso9660-image text/vbscript
    application/x-sharedlib application/x-mach-binary application/x-elf application/x-perl text/x-perl""".split()
)


def safe_filename(name: str, fallback: str = "attachment") -> str:
    """A single file name that every system can store and that looks like what it is.

    No folders, control or bidirectional characters, leading dots, trailing dots or blanks, device names; at most 150
    bytes in UTF-8, the extension kept.
    """
    name = legible(unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8")))
    name = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", name)).strip(" .")
    name = _short(name)
    if not name.strip("_ ."):
        return fallback
    if name.partition(".")[0].strip().lower() in _RESERVED:
        name = _short("_" + name)
    return name


def _short(name: str) -> str:
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > _MOST_EXTENSION:
        stem, dot, extension = name, "", ""
    room = MOST_BYTES - len((dot + extension).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return stem + dot + extension


def is_dangerous(name: str, content_type: str) -> bool:
    """Whether opening this could run something. A name of several extensions (`invoice.pdf.exe`) is judged by each."""
    if content_type.partition(";")[0].strip().lower() in _DANGEROUS_TYPES:
        return True
    parts = legible(name).lower().rstrip(" .").split(".")[1:]
    if not parts:
        return False
    if parts[-1].strip() in _DANGEROUS:
        return True
    # `photo.exe.jpg`, `report.js.pdf`: an inner extension that runs is no accident
    return any(part.strip() in _PROGRAMS for part in parts[:-1])
