"""The tables, as numbered steps from an empty file to now. A step that has been released never changes.

Three columns of `placement` carry the whole two-way state of a message in a folder, each a sorted, space-separated list
of flags, NULL = not there: `server` (what the mailbox last said), `base` (what both sides last agreed on) and `local`
(what the user wants). `uid` 0 means that the mailbox has not named it yet: with `base` NULL it is the target of a move
that has not been told (`came_from` = the placement it leaves), with a `base` it waits to be recognised by its
fingerprint (a move without COPYUID, a new UIDVALIDITY).

`folder.name` is what a folder is called here, `told` what the mailbox calls it: NULL = the same, "" = it has none of it
yet. `leaving` 1: deleted here, and to go over there once it is empty.
"""

from __future__ import annotations

# What lists show of one message: where the overlay has it, if it has it, else where its placements are wished.
_UNSEEN = "instr(' ' || {0} || ' ', ' \\Seen ') = 0"
_SHOW = f"""
  DELETE FROM shown WHERE message = {{0}};
  INSERT INTO shown SELECT p.folder, m.date, m.id, min({_UNSEEN.format("p.local")})
    FROM placement p JOIN message m ON m.id = p.message WHERE p.message = {{0}} AND p.local IS NOT NULL
      AND instr(' ' || p.local || ' ', ' \\Deleted ') = 0 AND NOT EXISTS (SELECT 1 FROM overlay WHERE message = {{0}})
    GROUP BY p.folder;
  INSERT INTO shown SELECT o.folder, m.date, m.id, coalesce((SELECT min({_UNSEEN.format("p.local")}) FROM placement p
      WHERE p.message = {{0}} AND p.local IS NOT NULL), {_UNSEEN.format("o.flags")})
    FROM overlay o JOIN message m ON m.id = o.message WHERE o.message = {{0}} AND o.folder > 0;
"""
# Where folders are labels, what is archived on one side only still has its other labels on both.
_SHOW_LABELS = f"""{_SHOW}
  INSERT OR IGNORE INTO shown SELECT p.folder, m.date, m.id, min({_UNSEEN.format("p.local")})
    FROM placement p JOIN message m ON m.id = p.message JOIN folder f ON f.id = p.folder JOIN overlay o ON o.message = m.id
    WHERE p.message = {{0}} AND p.local IS NOT NULL AND f.label <> '' AND f.role <> 'inbox' AND p.folder <> o.folder
      AND o.cause IN ('archive-in', 'archive-out') GROUP BY p.folder;
"""

# The same with the flag and the conversation, by which lists are narrowed and grouped.
_FLAGGED = "instr(' ' || {0} || ' ', ' \\Flagged ') > 0"
_LISTED = "shown(folder, date, message, unseen, flagged, conversation)"
_SHOW_GROUPED = f"""
  DELETE FROM shown WHERE message = {{0}};
  INSERT INTO {_LISTED} SELECT p.folder, m.date, m.id, min({_UNSEEN.format("p.local")}), max({_FLAGGED.format("p.local")}),
    m.conversation FROM placement p JOIN message m ON m.id = p.message WHERE p.message = {{0}} AND p.local IS NOT NULL
      AND instr(' ' || p.local || ' ', ' \\Deleted ') = 0 AND NOT EXISTS (SELECT 1 FROM overlay WHERE message = {{0}})
    GROUP BY p.folder;
  INSERT INTO {_LISTED} SELECT o.folder, m.date, m.id,
    coalesce((SELECT min({_UNSEEN.format("p.local")}) FROM placement p
      WHERE p.message = {{0}} AND p.local IS NOT NULL), {_UNSEEN.format("o.flags")}),
    coalesce((SELECT max({_FLAGGED.format("p.local")}) FROM placement p
      WHERE p.message = {{0}} AND p.local IS NOT NULL), {_FLAGGED.format("o.flags")}), m.conversation
    FROM overlay o JOIN message m ON m.id = o.message WHERE o.message = {{0}} AND o.folder > 0;
  INSERT OR IGNORE INTO {_LISTED} SELECT p.folder, m.date, m.id, min({_UNSEEN.format("p.local")}),
    max({_FLAGGED.format("p.local")}), m.conversation
    FROM placement p JOIN message m ON m.id = p.message JOIN folder f ON f.id = p.folder JOIN overlay o ON o.message = m.id
    WHERE p.message = {{0}} AND p.local IS NOT NULL AND f.label <> '' AND f.role <> 'inbox' AND p.folder <> o.folder
      AND o.cause IN ('archive-in', 'archive-out') GROUP BY p.folder;
"""
SHOWN = (
    f"SELECT p.folder, m.date, m.id, min({_UNSEEN.format('p.local')}), max({_FLAGGED.format('p.local')}), m.conversation"
    " FROM placement p JOIN message m ON m.id = p.message"
    " WHERE p.local IS NOT NULL AND instr(' ' || p.local || ' ', ' \\Deleted ') = 0"
    " AND NOT EXISTS (SELECT 1 FROM overlay o WHERE o.message = m.id) GROUP BY p.folder, m.id"
    f" UNION ALL SELECT o.folder, m.date, m.id, coalesce((SELECT min({_UNSEEN.format('p.local')}) FROM placement p"
    f" WHERE p.message = m.id AND p.local IS NOT NULL), {_UNSEEN.format('o.flags')}),"
    f" coalesce((SELECT max({_FLAGGED.format('p.local')}) FROM placement p"
    f" WHERE p.message = m.id AND p.local IS NOT NULL), {_FLAGGED.format('o.flags')}), m.conversation"
    " FROM overlay o JOIN message m ON m.id = o.message WHERE o.folder > 0"
    f" UNION ALL SELECT p.folder, m.date, m.id, min({_UNSEEN.format('p.local')}), max({_FLAGGED.format('p.local')}),"
    " m.conversation FROM placement p"
    " JOIN message m ON m.id = p.message JOIN folder f ON f.id = p.folder JOIN overlay o ON o.message = m.id"
    " WHERE p.local IS NOT NULL AND f.label <> '' AND f.role <> 'inbox' AND p.folder <> o.folder"
    " AND o.cause IN ('archive-in', 'archive-out') GROUP BY p.folder, m.id"
)
"""All that `shown` holds, worked out anew."""

STEPS: tuple[str, ...] = (
    # 1: the first library
    r"""
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', color TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0, provider TEXT NOT NULL DEFAULT 'other', state TEXT NOT NULL DEFAULT 'live',
  imap_host TEXT NOT NULL, imap_port INTEGER NOT NULL, imap_security TEXT NOT NULL, imap_user TEXT NOT NULL,
  smtp_host TEXT NOT NULL DEFAULT '', smtp_port INTEGER NOT NULL DEFAULT 0,
  smtp_security TEXT NOT NULL DEFAULT 'starttls', smtp_user TEXT NOT NULL DEFAULT '',
  ca_file TEXT NOT NULL DEFAULT '', days INTEGER NOT NULL DEFAULT 60, all_folders INTEGER NOT NULL DEFAULT 1,
  delete_in INTEGER NOT NULL DEFAULT 1, delete_out INTEGER NOT NULL DEFAULT 1,
  archive_in INTEGER NOT NULL DEFAULT 1, archive_out INTEGER NOT NULL DEFAULT 1,
  connected_at REAL NOT NULL DEFAULT 0, last_sync REAL NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX account_email ON account(lower(email));

CREATE TABLE identity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  email TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', signature TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX identity_account ON identity(account);

CREATE TABLE folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  name TEXT NOT NULL, separator TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL DEFAULT '', role_by TEXT NOT NULL DEFAULT '',
  selectable INTEGER NOT NULL DEFAULT 1, selected INTEGER NOT NULL DEFAULT 1, gone INTEGER NOT NULL DEFAULT 0,
  uidvalidity INTEGER NOT NULL DEFAULT 0, uidnext INTEGER NOT NULL DEFAULT 0, highestmodseq INTEGER NOT NULL DEFAULT 0,
  server_count INTEGER NOT NULL DEFAULT -1, recent_count INTEGER NOT NULL DEFAULT -1,
  first_uidnext INTEGER NOT NULL DEFAULT 0, window_from REAL NOT NULL DEFAULT 0, window_done INTEGER NOT NULL DEFAULT 0,
  checked REAL NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX folder_name ON folder(account, name);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  fingerprint TEXT NOT NULL DEFAULT '', email_id TEXT NOT NULL DEFAULT '', gm_msgid TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL DEFAULT '', in_reply_to TEXT NOT NULL DEFAULT '', refs TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '', from_name TEXT NOT NULL DEFAULT '', from_email TEXT NOT NULL DEFAULT '',
  people TEXT NOT NULL DEFAULT '{}', list_id TEXT NOT NULL DEFAULT '', auto INTEGER NOT NULL DEFAULT 0,
  date REAL NOT NULL DEFAULT 0, sent REAL, received REAL NOT NULL DEFAULT 0,
  size INTEGER NOT NULL DEFAULT 0, raw TEXT NOT NULL DEFAULT '', snippet TEXT NOT NULL DEFAULT '',
  attachments INTEGER NOT NULL DEFAULT 0, conversation INTEGER NOT NULL DEFAULT 0, problems TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX message_fingerprint ON message(account, fingerprint);
CREATE INDEX message_header_id ON message(message_id) WHERE message_id <> '';
CREATE INDEX message_unfetched ON message(account, date) WHERE raw = '';
CREATE INDEX message_raw ON message(raw) WHERE raw <> '';
CREATE INDEX message_conversation ON message(conversation);

CREATE TABLE mention (
  header TEXT NOT NULL, message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  PRIMARY KEY (header, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_message ON mention(message);

CREATE TABLE placement (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  uid INTEGER NOT NULL DEFAULT 0, server TEXT, base TEXT, local TEXT,
  came_from INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX placement_uid ON placement(folder, uid) WHERE uid > 0;
CREATE INDEX placement_message ON placement(message);
CREATE INDEX placement_unnamed ON placement(folder) WHERE uid = 0;
CREATE INDEX placement_gone ON placement(folder) WHERE uid > 0 AND server IS NULL;
CREATE INDEX placement_unsettled ON placement(folder, uid) WHERE uid > 0 AND (local IS NOT base OR server IS NOT base);

CREATE TABLE shown (
  folder INTEGER NOT NULL, date REAL NOT NULL, message INTEGER NOT NULL, unseen INTEGER NOT NULL,
  PRIMARY KEY (folder, date, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_unseen ON shown(folder) WHERE unseen = 1;
CREATE INDEX shown_message ON shown(message, folder);

CREATE TRIGGER placement_appears AFTER INSERT ON placement WHEN NEW.local IS NOT NULL BEGIN
  INSERT OR REPLACE INTO shown SELECT NEW.folder, date, id, instr(' ' || NEW.local || ' ', ' \Seen ') = 0
    FROM message WHERE id = NEW.message AND instr(' ' || NEW.local || ' ', ' \Deleted ') = 0;
END;
CREATE TRIGGER placement_changes AFTER UPDATE OF local, folder, message ON placement
  WHEN NEW.local IS NOT OLD.local OR NEW.folder <> OLD.folder OR NEW.message <> OLD.message BEGIN
  DELETE FROM shown WHERE message = OLD.message AND folder = OLD.folder;
  DELETE FROM shown WHERE message = NEW.message AND folder = NEW.folder;
  INSERT OR REPLACE INTO shown SELECT p.folder, m.date, m.id, min(instr(' ' || p.local || ' ', ' \Seen ') = 0)
    FROM placement p JOIN message m ON m.id = p.message
    WHERE ((p.message = NEW.message AND p.folder = NEW.folder) OR (p.message = OLD.message AND p.folder = OLD.folder))
      AND p.local IS NOT NULL AND instr(' ' || p.local || ' ', ' \Deleted ') = 0 GROUP BY p.folder, m.id;
END;
CREATE TRIGGER placement_vanishes AFTER DELETE ON placement WHEN OLD.local IS NOT NULL BEGIN
  DELETE FROM shown WHERE message = OLD.message AND folder = OLD.folder;
  INSERT OR REPLACE INTO shown SELECT p.folder, m.date, m.id, min(instr(' ' || p.local || ' ', ' \Seen ') = 0)
    FROM placement p JOIN message m ON m.id = p.message
    WHERE p.message = OLD.message AND p.folder = OLD.folder
      AND p.local IS NOT NULL AND instr(' ' || p.local || ' ', ' \Deleted ') = 0 GROUP BY p.folder, m.id;
END;

CREATE TABLE part (
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, number INTEGER NOT NULL,
  name TEXT NOT NULL DEFAULT '', content_type TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT 0,
  inline INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (message, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE text (
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL DEFAULT '', sender TEXT NOT NULL DEFAULT '',
  people TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '', files TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE VIRTUAL TABLE find USING fts5(subject, sender, people, body, files, content = 'text', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO find(find, rank) VALUES ('automerge', 16);
CREATE TRIGGER text_gone AFTER DELETE ON text BEGIN
  INSERT INTO find(find, rowid, subject, sender, people, body, files)
    VALUES ('delete', OLD.id, OLD.subject, OLD.sender, OLD.people, OLD.body, OLD.files);
END;
CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN DELETE FROM text WHERE id = OLD.id; END;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  message_id TEXT NOT NULL, raw TEXT NOT NULL, mail_from TEXT NOT NULL, recipients TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'queued', filed INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '', created REAL NOT NULL, delivered REAL NOT NULL DEFAULT 0,
  answers INTEGER NOT NULL DEFAULT 0, forwards INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE operation (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  kind TEXT NOT NULL, letter INTEGER REFERENCES outbox ON DELETE CASCADE, what TEXT NOT NULL DEFAULT '{}',
  since REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX operation_account ON operation(account);

CREATE TABLE owed (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, aspect TEXT NOT NULL,
  since REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX owed_once ON owed(message, aspect);
CREATE INDEX owed_account ON owed(account);

CREATE TABLE draft (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  letter TEXT NOT NULL, saved REAL NOT NULL
) STRICT;

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
""",
    # 2: the account's overlay over the mailbox, and the history of what sync did
    rf"""
CREATE TABLE overlay (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  message INTEGER NOT NULL DEFAULT 0, fingerprint TEXT NOT NULL DEFAULT '', folder INTEGER NOT NULL DEFAULT 0,
  cause TEXT NOT NULL, flags TEXT NOT NULL DEFAULT '', since REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX overlay_message ON overlay(message) WHERE message > 0;
CREATE INDEX overlay_waiting ON overlay(account, fingerprint);
CREATE INDEX overlay_cause ON overlay(account, cause, folder);
CREATE TRIGGER overlay_appears AFTER INSERT ON overlay WHEN NEW.message > 0 BEGIN {_SHOW.format("NEW.message")} END;
CREATE TRIGGER overlay_changes AFTER UPDATE OF message, folder, flags ON overlay BEGIN
  {_SHOW.format("OLD.message")} {_SHOW.format("NEW.message")} END;
CREATE TRIGGER overlay_vanishes AFTER DELETE ON overlay WHEN OLD.message > 0 BEGIN {_SHOW.format("OLD.message")} END;
CREATE TRIGGER overlay_outlives AFTER DELETE ON message BEGIN UPDATE overlay SET message = 0 WHERE message = OLD.id; END;
DROP TRIGGER placement_appears;
DROP TRIGGER placement_changes;
DROP TRIGGER placement_vanishes;
CREATE TRIGGER placement_appears AFTER INSERT ON placement WHEN NEW.local IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM overlay WHERE message = NEW.message) BEGIN
  INSERT OR REPLACE INTO shown SELECT NEW.folder, date, id, instr(' ' || NEW.local || ' ', ' \Seen ') = 0
    FROM message WHERE id = NEW.message AND instr(' ' || NEW.local || ' ', ' \Deleted ') = 0;
END;
CREATE TRIGGER placement_appears_below AFTER INSERT ON placement WHEN NEW.local IS NOT NULL
  AND EXISTS (SELECT 1 FROM overlay WHERE message = NEW.message) BEGIN {_SHOW.format("NEW.message")} END;
CREATE TRIGGER placement_changes AFTER UPDATE OF local, folder, message ON placement
  WHEN NEW.local IS NOT OLD.local OR NEW.folder <> OLD.folder OR NEW.message <> OLD.message BEGIN
  {_SHOW.format("OLD.message")} {_SHOW.format("NEW.message")} END;
CREATE TRIGGER placement_vanishes AFTER DELETE ON placement WHEN OLD.local IS NOT NULL BEGIN {_SHOW.format("OLD.message")} END;

CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  at REAL NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, cause TEXT NOT NULL,
  message INTEGER NOT NULL DEFAULT 0, message_id TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '',
  folder TEXT NOT NULL DEFAULT '', undo TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX history_account ON history(account);
CREATE INDEX history_message ON history(message);
""",
    # 3: when a folder was last compared as a whole
    """
ALTER TABLE folder ADD COLUMN compared REAL NOT NULL DEFAULT 0;
""",
    # 4: accounts that were turned off for a while, and the mail that was not fetched for it
    """
ALTER TABLE account ADD COLUMN paused_at REAL NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN resuming INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folder ADD COLUMN news_from INTEGER NOT NULL DEFAULT 0;
CREATE TABLE gap (
  id INTEGER PRIMARY KEY AUTOINCREMENT, folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  low INTEGER NOT NULL, high INTEGER NOT NULL DEFAULT 0, until REAL NOT NULL, count INTEGER NOT NULL DEFAULT -1
) STRICT;
CREATE INDEX gap_folder ON gap(folder);
""",
    # 5: folders made, renamed or deleted here before the mailbox heard of it
    """
ALTER TABLE folder ADD COLUMN told TEXT;
ALTER TABLE folder ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folder ADD COLUMN mailbox_id TEXT NOT NULL DEFAULT '';
ALTER TABLE folder ADD COLUMN said_validity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folder ADD COLUMN said_uidnext INTEGER NOT NULL DEFAULT 0;
""",
    # 6: what the user took back says so
    """
ALTER TABLE history ADD COLUMN undone REAL NOT NULL DEFAULT 0;
""",
    # 7: who puts letters into Sent, and which copy is ours
    """
ALTER TABLE account ADD COLUMN files_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN filing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN copy_uid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN copy_validity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN look_at REAL NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
""",
    # 8: moves on servers without MOVE and UIDPLUS
    """
CREATE TABLE copying (
  placement INTEGER PRIMARY KEY REFERENCES placement ON DELETE CASCADE,
  target INTEGER NOT NULL, uidvalidity INTEGER NOT NULL, uidnext INTEGER NOT NULL, copy INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE buried (
  folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE, uid INTEGER NOT NULL, PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
""",
    # 9: Gmail's labels: which label a folder is, '\All' = All Mail, '' = none; one made here is one at once
    r"""
ALTER TABLE folder ADD COLUMN label TEXT NOT NULL DEFAULT '';
CREATE INDEX message_gm_msgid ON message(account, gm_msgid) WHERE gm_msgid <> '';
CREATE TRIGGER folder_is_label AFTER INSERT ON folder WHEN NEW.told = '' AND EXISTS
  (SELECT 1 FROM folder WHERE account = NEW.account AND label = '\All' AND gone = 0) BEGIN
  UPDATE folder SET label = NEW.name WHERE id = NEW.id;
END;
""",
    # 10: what is archived on one side only still shows under its other labels
    rf"""
DROP TRIGGER overlay_appears;
DROP TRIGGER overlay_changes;
DROP TRIGGER placement_appears_below;
DROP TRIGGER placement_changes;
DROP TRIGGER placement_vanishes;
CREATE TRIGGER overlay_appears AFTER INSERT ON overlay WHEN NEW.message > 0 BEGIN {_SHOW_LABELS.format("NEW.message")} END;
CREATE TRIGGER overlay_changes AFTER UPDATE OF message, folder, cause, flags ON overlay BEGIN
  {_SHOW_LABELS.format("OLD.message")} {_SHOW_LABELS.format("NEW.message")} END;
CREATE TRIGGER placement_appears_below AFTER INSERT ON placement WHEN NEW.local IS NOT NULL
  AND EXISTS (SELECT 1 FROM overlay WHERE message = NEW.message) BEGIN {_SHOW_LABELS.format("NEW.message")} END;
CREATE TRIGGER placement_changes AFTER UPDATE OF local, folder, message ON placement
  WHEN NEW.local IS NOT OLD.local OR NEW.folder <> OLD.folder OR NEW.message <> OLD.message BEGIN
  {_SHOW_LABELS.format("OLD.message")} {_SHOW_LABELS.format("NEW.message")} END;
CREATE TRIGGER placement_vanishes AFTER DELETE ON placement WHEN OLD.local IS NOT NULL BEGIN
  {_SHOW_LABELS.format("OLD.message")} END;
""",
    # 11: what the user wanted of the flags of a message that left its folder, until it is found elsewhere
    r"""
ALTER TABLE placement ADD COLUMN carried TEXT NOT NULL DEFAULT '';
""",
    # 12: the copy that each draft has in the mailbox
    """
ALTER TABLE draft ADD COLUMN message_id TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE draft ADD COLUMN upload_at REAL NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN uploading REAL NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN version REAL NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN folder INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN copy_uid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN copy_validity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN stale_uid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX draft_copy ON draft(folder, copy_uid);
""",
    # 13: a second server for sending, for when the first refuses
    """
ALTER TABLE account ADD COLUMN fallback_host TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN fallback_port INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN fallback_security TEXT NOT NULL DEFAULT 'starttls';
ALTER TABLE account ADD COLUMN fallback_user TEXT NOT NULL DEFAULT '';
""",
    # 14: lists know flags and conversations; conversations split and merged by hand
    rf"""
DROP TRIGGER overlay_appears;
DROP TRIGGER overlay_changes;
DROP TRIGGER overlay_vanishes;
DROP TRIGGER placement_appears;
DROP TRIGGER placement_appears_below;
DROP TRIGGER placement_changes;
DROP TRIGGER placement_vanishes;
ALTER TABLE shown ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shown ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0;
DELETE FROM shown;
INSERT INTO {_LISTED} {SHOWN};
CREATE INDEX shown_flagged ON shown(folder) WHERE flagged = 1;
CREATE TRIGGER overlay_appears AFTER INSERT ON overlay WHEN NEW.message > 0 BEGIN {_SHOW_GROUPED.format("NEW.message")} END;
CREATE TRIGGER overlay_changes AFTER UPDATE OF message, folder, cause, flags ON overlay BEGIN
  {_SHOW_GROUPED.format("OLD.message")} {_SHOW_GROUPED.format("NEW.message")} END;
CREATE TRIGGER overlay_vanishes AFTER DELETE ON overlay WHEN OLD.message > 0 BEGIN
  {_SHOW_GROUPED.format("OLD.message")} END;
CREATE TRIGGER placement_appears AFTER INSERT ON placement WHEN NEW.local IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM overlay WHERE message = NEW.message) BEGIN
  INSERT OR REPLACE INTO {_LISTED} SELECT NEW.folder, date, id, {_UNSEEN.format("NEW.local")},
    {_FLAGGED.format("NEW.local")}, conversation
    FROM message WHERE id = NEW.message AND instr(' ' || NEW.local || ' ', ' \Deleted ') = 0;
END;
CREATE TRIGGER placement_appears_below AFTER INSERT ON placement WHEN NEW.local IS NOT NULL
  AND EXISTS (SELECT 1 FROM overlay WHERE message = NEW.message) BEGIN {_SHOW_GROUPED.format("NEW.message")} END;
CREATE TRIGGER placement_changes AFTER UPDATE OF local, folder, message ON placement
  WHEN NEW.local IS NOT OLD.local OR NEW.folder <> OLD.folder OR NEW.message <> OLD.message BEGIN
  {_SHOW_GROUPED.format("OLD.message")} {_SHOW_GROUPED.format("NEW.message")} END;
CREATE TRIGGER placement_vanishes AFTER DELETE ON placement WHEN OLD.local IS NOT NULL BEGIN
  {_SHOW_GROUPED.format("OLD.message")} END;
CREATE TRIGGER message_is_grouped AFTER UPDATE OF conversation ON message WHEN NEW.conversation <> OLD.conversation BEGIN
  UPDATE shown SET conversation = NEW.conversation WHERE message = NEW.id;
END;
CREATE TABLE by_hand (
  conversation INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE
) STRICT;
CREATE INDEX by_hand_account ON by_hand(account);
""",
    # 15: search that is quick, newest first, in every script. `find` is keyed by time (`find_key`: the later a message, the
    # smaller its key, so that the index itself gives the newest first), and is filled anew bit by bit (`search_index`).
    # It holds no texts: those are in `text`, and the view shows them as they were cut into terms, for deletion and checks.
    # The body comes first: FTS5 names a column in front of each entry of it, but not the first, which saves a third.
    """
DROP TRIGGER text_gone;
DROP TABLE find;
ALTER TABLE text ADD COLUMN receivers TEXT NOT NULL DEFAULT '';
ALTER TABLE text ADD COLUMN copied TEXT NOT NULL DEFAULT '';
CREATE TABLE find_key (key INTEGER PRIMARY KEY, message INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX find_key_message ON find_key(message);
CREATE VIEW find_text AS SELECT k.key AS key, terms(t.body) AS body, terms(t.subject) AS subject,
  terms(t.sender) AS sender, terms(t.receivers) AS receivers, terms(t.copied) AS copied, terms(t.files) AS files
  FROM find_key k JOIN text t ON t.id = k.message;
CREATE VIRTUAL TABLE find USING fts5(body, subject, sender, receivers, copied, files, content = 'find_text',
  content_rowid = 'key', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO find(find, rank) VALUES ('automerge', 16);
CREATE TRIGGER text_gone AFTER DELETE ON text BEGIN
  INSERT INTO find(find, rowid, body, subject, sender, receivers, copied, files)
    SELECT 'delete', key, terms(OLD.body), terms(OLD.subject), terms(OLD.sender), terms(OLD.receivers),
      terms(OLD.copied), terms(OLD.files) FROM find_key WHERE message = OLD.id;
  DELETE FROM find_key WHERE message = OLD.id;
END;
""",
    # 16: lists by conversation. The index holds all that a list needs to know of a conversation, in the order it needs it.
    """
CREATE INDEX shown_grouped ON shown(folder, conversation, date, message, unseen, flagged);
""",
    # 17: what one knows about a person; how full mailboxes are
    """
CREATE INDEX message_sender ON message(from_email COLLATE NOCASE, date);
CREATE TABLE quota (
  account INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  kind TEXT NOT NULL, used INTEGER NOT NULL, most INTEGER NOT NULL, said REAL NOT NULL
) STRICT;
""",
)
