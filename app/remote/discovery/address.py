"""An address as the net wants it: its domain in ASCII (IDNA 2008, UTS 46)."""

from __future__ import annotations

from app.core.trouble import AskUser, Fix
from app.remote.providers.clientconfig import is_host


def in_ascii(email: str) -> str:
    """Raises AskUser with what is wrong with the address."""
    import idna

    email = email.strip()
    local, at, domain = email.rpartition("@")
    if not local or not at or not domain or any(char.isspace() for char in email) or len(email) > 320:
        raise AskUser("This is not a whole address. It needs a name, an @ and a domain.", Fix.ADDRESS)
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        ascii_domain = ""
    if not is_host(ascii_domain) or "." not in ascii_domain.rstrip("."):
        raise AskUser(f"“{domain[:60]}” cannot be the domain of an address. Check what follows the @.", Fix.ADDRESS)
    return f"{local}@{ascii_domain.rstrip('.')}"
