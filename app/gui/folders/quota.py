"""How full a mailbox is, in words. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.values import Quota, QuotaKind

NEARLY = 0.9
"""From this share on it is worth a word."""
_UNITS = ("KB", "MB", "GB", "TB")


def tr(text: str) -> str:
    return QCoreApplication.translate("Quota", text)


def quota_words(quota: Quota) -> str:
    """ "8.2 of 15 GB used"."""
    locale = QLocale()
    if quota.kind is QuotaKind.MESSAGES:
        used, most = locale.toString(quota.used), locale.toString(quota.most)
        return tr("{used} of {most} messages used").format(used=used, most=most)
    # In steps of 1,024, as servers count them and providers write them on their own pages.
    step = next((n for n in range(len(_UNITS), 1, -1) if quota.most >= 1024**n), 1)
    used, most = (_rounded(octets / 1024**step, locale) for octets in (quota.used, quota.most))
    return tr("{used} of {most} {unit} used").format(used=used, most=most, unit=_UNITS[step - 1])


def share_words(quota: Quota) -> str:
    """ "92 % full"; "" while there is room."""
    if quota.share < NEARLY:
        return ""
    if quota.share >= 1:
        return tr("full")
    return tr("{n} % full").format(n=QLocale().toString(quota.used * 100 // quota.most))


def _rounded(value: float, locale: QLocale) -> str:
    """One decimal where it says something."""
    return locale.toString(value, "f", 0 if value >= 100 or abs(value - round(value)) < 0.05 else 1)
