"""Dovecot's configuration, in the words of 2.3 (Debian 12, Ubuntu 24.04) and of 2.4 (Debian 13)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from servers.capabilities import ALL, FULL, QUOTA, STRICT, TELLING, WITHOUT, address, addresses, offered


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCheck:
    """Where a server asks whether a token is good, and where it hands on what is submitted with one."""

    google_port: int
    microsoft_port: int
    tenant: str
    keys: Path
    ca_file: str
    relay: int
    mechanisms: str = "plain login xoauth2 oauthbearer"


_COMMON = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = tandem-{imap}
log_path = {folder}/dovecot.log
listen = {listen}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_uid = {user}
mail_gid = {group}
mail_fsync = never
mailbox_list_index = yes
recipient_delimiter = +
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = subscribe
  }}
}}
service anvil {{
  chroot =
  # failing logins are not slowed down from one test to the next
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""

_V23 = """
protocols = imap lmtp
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
protocol imap {{
  mail_max_userip_connections = 60
  imap_metadata = yes
}}
mail_attribute_dict = file:%h/dovecot-attributes
protocol lmtp {{
  postmaster_address = postmaster@example.test
  hostname = localhost
}}
"""

_V24 = """
protocols {{
  imap = yes
  lmtp = yes
}}
ssl_server_cert_file = {cert}
ssl_server_key_file = {key}
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
mail_home = {folder}/mail/%{{user}}
passdb passwd-file {{
  auth_username_format = %{{user}}
  passwd_file_path = {folder}/users/%{{user}}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}/mail/%{{user}}
  }}
}}
protocol imap {{
  mail_max_userip_connections = 60
  imap_metadata = yes
}}
mail_attribute {{
  dict file {{
    path = ~/dovecot-attributes
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@example.test
  hostname = localhost
}}
"""

_TOKENS_V23 = """
protocols = imap lmtp submission
auth_mechanisms = {mechanisms}
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_relay_ssl = smtps
submission_relay_ssl_verify = no
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/google.conf.ext
  result_failure = continue
  result_internalfail = continue
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/microsoft.conf.ext
}}
service submission-login {{
  chroot =
  inet_listener submission {{
    port = 0
  }}
  inet_listener submissions {{
    port = {submissions}
    ssl = yes
  }}
}}
"""
_OPAQUE_V23 = """
introspection_url = https://dovecot:dovecot-secret@127.0.0.1:{port}/introspect
introspection_mode = post
username_attribute = email
active_attribute = active
active_value = true
scope = https://mail.google.com/
tls_ca_cert_file = {ca}
"""
_SIGNED_V23 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={keys}/
username_attribute = upn
issuers = {issuer}
scope = https://outlook.office.com/IMAP.AccessAsUser.All
"""

_POORER_V23 = """
local {address} {{
  imap_capability = {offered}
}}
"""
_STRICT_V23 = """
local {address} {{
  protocol imap {{
    mail_plugins = quota acl
  }}
  plugin {{
    quota = count:User quota
    quota_vsizes = yes
    quota_rule = *:bytes={quota}
    quota_grace = 0
    acl = vfile
  }}
}}
"""
_QUOTA_V23 = """
local {address} {{
  protocol imap {{
    mail_plugins = quota imap_quota
  }}
  plugin {{
    quota = count:User quota
    quota_vsizes = yes
    quota_rule = *:bytes={quota}
    quota_grace = 0
  }}
}}
"""
_QUOTA_V24 = """
local {address} {{
  protocol imap {{
    mail_plugins {{
      quota = yes
      imap_quota = yes
    }}
  }}
  quota "User quota" {{
    driver = count
    storage_size = {quota} B
    storage_grace = 0
  }}
}}
"""
_POORER_V24 = """
local {address} {{
  imap_capability {{
    {missing}
  }}
}}
"""
_STRICT_V24 = """
local {address} {{
  protocol imap {{
    mail_plugins {{
      quota = yes
      acl = yes
    }}
  }}
  quota "User quota" {{
    driver = count
    storage_size = {quota} B
    storage_grace = 0
  }}
  acl_driver = vfile
}}
"""


def settings(
    version: str, *, folder: Path, user: str, group: str, imap: int, imaps: int, lmtp: int, cert: Path, key: Path
) -> str:
    """The whole file. `version` is what `dovecot --version` prints."""
    number = version.split()[0].split("-")[0]
    if number.startswith("2.3."):
        head, text, poorer, strict, telling = "", _COMMON + _V23, _POORER_V23, _STRICT_V23, _QUOTA_V23
    else:
        # 2.4 wants to be told first which release its file was written for
        head = f"dovecot_config_version = {number}\ndovecot_storage_version = {number}\n"
        text, poorer, strict, telling = _COMMON + _V24, _POORER_V24, _STRICT_V24, _QUOTA_V24
    text = text.format(
        listen=", ".join(addresses()),
        folder=folder,
        user=user,
        group=group,
        imap=imap,
        imaps=imaps,
        lmtp=lmtp,
        cert=cert,
        key=key,
    )
    for profile in WITHOUT:
        if profile == STRICT:
            text += strict.format(address=address(profile), quota=QUOTA)
        elif profile == TELLING:
            text += telling.format(address=address(profile), quota=QUOTA)
        elif profile != FULL:
            missing = "\n    ".join(f"{name} = no" for name in ALL if name not in offered(profile))
            text += poorer.format(address=address(profile), offered=" ".join(offered(profile)), missing=missing)
    return head + text


def with_tokens(version: str, *, folder: Path, submissions: int, check: TokenCheck) -> str:
    """What is added to the file of a server that takes tokens of both providers, and NTLM. Words of 2.3 alone: 2.4 has
    others for tokens, and no NTLM any more."""
    if not version.startswith("2.3."):
        raise NotImplementedError("The words of Dovecot 2.4 for tokens were not tried yet.")
    ports = check.google_port, check.microsoft_port
    (folder / "google.conf.ext").write_text(_OPAQUE_V23.format(port=ports[0], ca=check.ca_file))
    issuer = f"https://127.0.0.1:{ports[1]}/{check.tenant}/v2.0"
    (folder / "microsoft.conf.ext").write_text(_SIGNED_V23.format(keys=check.keys, issuer=issuer))
    return _TOKENS_V23.format(
        folder=folder,
        submissions=submissions,
        mechanisms=check.mechanisms,
        relay=check.relay,
    )
