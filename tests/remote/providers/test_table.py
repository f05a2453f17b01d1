"""The built-in provider table, and the public files it is made from."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from app.core.resources import resource
from app.core.values import Provider, Security
from app.remote.providers.clientconfig import parse
from app.remote.providers.table import Table, builtin

ISPDB = Path(__file__).parents[4] / "shared" / "corpora" / "ispdb" / "ispdb"
needs_ispdb = pytest.mark.skipif(not ISPDB.exists(), reason="the public ISPDB is not beside this checkout")


@needs_ispdb
def test_every_file_of_the_ispdb_gives_settings_or_says_why_not() -> None:
    files = sorted(ISPDB.glob("*.xml"))
    assert len(files) == 163
    for file in files:
        config = parse(file.read_bytes())
        found = builtin().found(config, "mara@fernhill.test")
        assert config.name and config.domains, file.name
        assert (found.imap and found.smtp) or "POP3" in found.obstacle, file.name
        for server in (*found.imap, *found.smtp):
            assert "%" not in server.host + server.user
        safe = [server for server in found.imap if server.security is not Security.NONE]
        assert not safe or safe == list(found.imap), file.name


@needs_ispdb
def test_the_shipped_table_is_what_the_script_makes(tmp_path: Path) -> None:
    script = _script()
    facts = resource("signin", "facts.toml").read_text(encoding="utf-8")

    made = script.build(ISPDB, facts)

    assert made == json.loads(resource("signin", "providers.json").read_text(encoding="utf-8"))


def test_every_domain_belongs_to_one_provider_and_every_fact_is_there() -> None:
    told = json.loads(resource("signin", "providers.json").read_text(encoding="utf-8"))
    domains = [domain for entry in told["providers"] for domain in entry["domains"]]
    assert len(domains) == len(set(domains)) > 900
    facts = tomllib.loads(resource("signin", "facts.toml").read_text(encoding="utf-8"))["provider"]
    assert {fact["of"] for fact in facts} <= {entry["id"] for entry in told["providers"]}
    assert all(entry["imap"] or entry["obstacle"] for entry in told["providers"])
    assert "Mozilla Public License" in told["licence"]


@pytest.mark.parametrize(
    ("domain", "page"),
    [
        ("yahoo.com", "https://login.yahoo.com/account/security"),
        ("icloud.com", "https://account.apple.com/account/manage"),
        ("gmail.com", "https://myaccount.google.com/apppasswords"),
        ("fastmail.com", "https://app.fastmail.com/settings/security/apps"),
    ],
)
def test_where_app_passwords_are_made_is_known(domain: str, page: str) -> None:
    entry = builtin().by_domain(domain)
    assert entry is not None and entry.app_password == page


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("contoso-com.mail.protection.outlook.com", Provider.MICROSOFT),
        ("ALT1.ASPMX.L.GOOGLE.COM", Provider.GOOGLE),
        ("notgoogle.com", None),
        ("com", None),
        ("", None),
    ],
)
def test_mail_records_are_matched_by_whole_labels(host: str, provider: Provider | None) -> None:
    entry = builtin().by_mail_exchanger(host)
    assert (entry.provider if entry else None) is provider


def test_an_empty_table_knows_nothing() -> None:
    assert Table({"providers": []}).by_domain("gmail.com") is None


def _script() -> ModuleType:
    path = resource("signin", "build_providers.py")
    spec = importlib.util.spec_from_file_location("build_providers", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
