"""What the disk refuses, in words: it is full, closed to us, or reports errors, and each is mended differently."""

from __future__ import annotations

import errno

from app.core.trouble import AskUser, Fix, Trouble, TryLater

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})

_TAKEN = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP})


def full(detail: str = "") -> TryLater:
    """Waiting helps as soon as somebody makes room."""
    return TryLater(
        "The disk is full. What was stored is safe, but nothing new can be kept. Free space on the disk of Tandem’s folder.",
        Fix.LIBRARY,
        detail,
    )


def closed(detail: str = "") -> AskUser:
    return AskUser(
        "Tandem may not write into its own folder. Your mail is safe, and nothing was changed. Check the rights of the folder,"
        " and whether its disk may be written.",
        Fix.LIBRARY,
        detail,
    )


def disk_trouble(error: OSError) -> Trouble:
    """For what writing below the profile raised."""
    if error.errno in _FULL:
        return full(str(error))
    if error.errno in _CLOSED:
        return closed(str(error))
    if error.errno in _TAKEN:
        return AskUser(
            "Tandem’s folder cannot be used: something else has its name. Nothing was changed.", Fix.LIBRARY, str(error)
        )
    return AskUser(
        "The disk of Tandem’s folder reports an error. What is in the mailbox is safe. Check the disk, and make a copy of the"
        " folder.",
        Fix.LIBRARY,
        str(error),
    )
