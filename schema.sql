-- The whole current schema of a Fabula store: one SQLite file that holds many stories.
-- What is not marked as derived is the log or stands beside it; derived tables can be dropped and rebuilt.
-- Migrations move older files here, step by step by `user_version`; see daemon/store/schema.py.

-- This store's own name, so that a client notices when it talks to another one.
CREATE TABLE store (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  name    TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;

-- The log. Appended to, never changed; only a purge may take away a payload with its salt. Its last column is who seems
-- to have perceived it, as a mask, null where those are the witnesses; where it is not null, the chain takes it after the
-- subject. It was added later, and is written as SQLite writes down what is added.
CREATE TABLE event (
  seq        INTEGER PRIMARY KEY,  -- one gapless order for the whole file
  story      TEXT    NOT NULL,
  branch     TEXT    NOT NULL,     -- the branch that owns it; see lineage.py for who else sees it
  turn       INTEGER NOT NULL,     -- one action of the user and all that follows from it
  cause      INTEGER,              -- the seq that brought it about
  kind       TEXT    NOT NULL,
  version    INTEGER NOT NULL,     -- of the payload; older ones are lifted on read
  witnesses  INTEGER NOT NULL CHECK (witnesses BETWEEN 0 AND 7),  -- you = 1, a = 2, b = 4
  at         TEXT    NOT NULL,     -- wall clock, UTC
  ends       INTEGER NOT NULL CHECK (ends IN (0, 1)),        -- the last event of its commit
  background INTEGER NOT NULL CHECK (background IN (0, 1)),  -- derived or machinery: does not move `expected`
  subject    TEXT,                 -- the line or memory that it is about
  data       TEXT,                 -- the payload as JSON; null once purged
  salt       BLOB,                 -- 16 random bytes; null once purged
  digest     BLOB    NOT NULL,     -- SHA-256 of salt and payload
  chain      BLOB    NOT NULL      -- SHA-256 of the chain before, the columns above and the digest
, seems INTEGER CHECK (seems BETWEEN 0 AND 7)) STRICT;

-- Every read of a story goes along its lineage: a range of seqs on each branch.
CREATE INDEX event_by_branch ON event (branch, seq);
-- What is of a turn, however much was written elsewhere in between.
CREATE INDEX event_by_turn ON event (story, turn);
-- The transcript, without wading through what else happened, or was said out of a lens's hearing.
CREATE INDEX line_by_branch ON event (branch, seq, witnesses, seems)
  WHERE kind IN ('line.said', 'line.noticed', 'line.revised');
-- The scenes and the passing of time.
CREATE INDEX time_by_branch ON event (branch, seq)
  WHERE kind IN ('scene.opened', 'scene.closed', 'time.passed', 'time.skipped');
-- A line or a memory by its id.
CREATE INDEX event_by_subject ON event (story, subject, seq) WHERE subject IS NOT NULL;
-- What was taken out of a history and brought back, which every read goes by; all of it is read at the start.
CREATE INDEX act_by_seq ON event (seq) WHERE kind IN ('event.retracted', 'event.reinstated');
-- The lines that answer the same.
CREATE INDEX answer_by_cause ON event (cause) WHERE kind = 'line.said' AND cause IS NOT NULL;
-- What is remembered, which is seldom among much else.
CREATE INDEX memory_by_branch ON event (branch, seq, witnesses, seems) WHERE kind = 'memory.formed';
-- What was summed up, without wading through all else that is remembered; and where scenes and skips of time call for it.
CREATE INDEX summary_by_branch ON event (branch, seq, witnesses, seems)
  WHERE kind = 'memory.formed' AND data ->> 'memory_kind' = 'summary';
CREATE INDEX turning_by_branch ON event (branch, seq)
  WHERE kind IN ('scene.opened', 'scene.closed', 'time.skipped');

CREATE TRIGGER event_is_only_appended BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

CREATE TRIGGER event_only_loses_its_payload BEFORE UPDATE ON event
WHEN NEW.data IS NOT NULL OR NEW.salt IS NOT NULL
  OR (NEW.seq, NEW.story, NEW.branch, NEW.turn, NEW.cause, NEW.kind, NEW.version, NEW.witnesses, NEW.seems)
    IS NOT (OLD.seq, OLD.story, OLD.branch, OLD.turn, OLD.cause, OLD.kind, OLD.version, OLD.witnesses, OLD.seems)
  OR (NEW.at, NEW.ends, NEW.background, NEW.subject, NEW.digest, NEW.chain)
    IS NOT (OLD.at, OLD.ends, OLD.background, OLD.subject, OLD.digest, OLD.chain)
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

-- Every kind of event the log holds, with its highest version: a program that does not know one must not open the file.
CREATE TABLE kind (
  kind    TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A story's own counters and what it shows by default. `current` is a choice, not history.
CREATE TABLE story (
  story     TEXT PRIMARY KEY,
  title     TEXT NOT NULL,
  current   TEXT NOT NULL,     -- the current branch
  next_turn INTEGER NOT NULL,  -- turns are never reused
  next_id   INTEGER NOT NULL,  -- for ids that the daemon makes
  created   TEXT NOT NULL,
  updated   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What its players chose for a story: where it is kept, whether before others, and through whose eyes it is shown (JSON;
-- null until they chose). No row: as for a new one.
CREATE TABLE shelved (
  story  TEXT PRIMARY KEY,
  shelf  TEXT    NOT NULL CHECK (shelf IN ('open', 'archive', 'bin')),
  pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  lens   TEXT
) STRICT, WITHOUT ROWID;

-- Pictures and other files that came with characters, each once, by its SHA-256. Here and not in a folder, so that what
-- names one and the file itself are written together, and are copied, restored and purged together. `type` is the media
-- type, found out from the bytes.
CREATE TABLE asset (
  digest TEXT PRIMARY KEY,
  type   TEXT NOT NULL,
  data   BLOB NOT NULL
) STRICT;

-- Derived from `branch.created` events: the lines of history.
CREATE TABLE branch (
  branch   TEXT PRIMARY KEY,
  story    TEXT NOT NULL,
  parent   TEXT,               -- null for the root
  fork_seq INTEGER NOT NULL,   -- the last seq it shares with its parent
  kind     TEXT NOT NULL,      -- root, fork, rewind or take
  name     TEXT NOT NULL,
  created  INTEGER NOT NULL,   -- the seq of its branch.created
  came_from TEXT               -- the branch that was current until this one was; null where none was left
) STRICT, WITHOUT ROWID;
CREATE INDEX branch_by_story ON branch (story);

-- What was answered to a request with a key; kept for ever. The events are looked up by their seqs, so nothing of a
-- story is written twice.
CREATE TABLE answer (
  story     TEXT NOT NULL,
  key       TEXT NOT NULL,
  payload   BLOB NOT NULL,     -- SHA-256 of what was asked
  result    TEXT NOT NULL,     -- JSON, without the events
  first_seq INTEGER,
  last_seq  INTEGER,
  PRIMARY KEY (story, key)
) STRICT, WITHOUT ROWID;

-- A reply that is being written: kept so that a crash loses nothing. Goes when the line commits.
CREATE TABLE draft (
  story   TEXT NOT NULL,
  turn    INTEGER NOT NULL,
  branch  TEXT NOT NULL,
  line    TEXT NOT NULL,
  speaker TEXT,
  mode    TEXT NOT NULL,
  answers INTEGER,              -- the seq that it answers
  first   INTEGER NOT NULL,     -- the part it begins with; more than 0 where a line goes on
  text    TEXT NOT NULL,
  PRIMARY KEY (story, line)
) STRICT, WITHOUT ROWID;

-- Derived: states of a lineage through a lens, so that a projection folds little. `code` names the fold that made it.
CREATE TABLE snapshot (
  branch TEXT    NOT NULL,
  lens   INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  code   TEXT    NOT NULL,
  state  BLOB    NOT NULL,
  PRIMARY KEY (branch, lens, seq)
) STRICT, WITHOUT ROWID;

-- Derived: what can be recalled by its words, a row for each part of a line, each telling of a memory and entry of lore.
-- The key tells where, to whom and of what kind it is (daemon/store/recall/index.py), so that a search looks nothing else up.
CREATE TABLE recalled (
  key     INTEGER PRIMARY KEY,
  subject TEXT NOT NULL        -- the line, memory or entry of lore
) STRICT;
-- Their terms, by the same keys; the texts themselves stay in the log. What is deleted leaves no trace in the file.
CREATE VIRTUAL TABLE recalled_terms USING fts5 (
  terms, content = '', detail = none, columnsize = 0, tokenize = "ascii tokenchars '~'"
);
INSERT INTO recalled_terms (recalled_terms, rank) VALUES ('secure-delete', 1);
-- How far the two above have come, and which program made them.
CREATE TABLE recalled_upto (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  seq  INTEGER NOT NULL,
  code TEXT    NOT NULL
) STRICT;
INSERT INTO recalled_upto VALUES (1, 0, '');

-- Derived: a vector for each text that can be recalled, by the same keys without the number of terms. Whole numbers of a
-- byte each, on a scale of their own; `square` is the square of their length.
CREATE TABLE text_vector (key INTEGER PRIMARY KEY, square INTEGER NOT NULL, vector BLOB NOT NULL) STRICT;
-- Their sketches: the signs of their numbers, a bit each, by which those worth comparing are found.
CREATE TABLE text_sketch (key INTEGER PRIMARY KEY, sketch BLOB NOT NULL) STRICT;
-- What they are: by which model, of how many dimensions, of all texts up to which seq; and how often something was purged.
CREATE TABLE text_vector_upto (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  model      TEXT    NOT NULL,
  dimensions INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  purges     INTEGER NOT NULL
) STRICT;
INSERT INTO text_vector_upto VALUES (1, '', 0, 0, 0);
-- By which name a line is embedded.
CREATE INDEX added_by_story ON event (story, seq) WHERE kind = 'entity.added';
