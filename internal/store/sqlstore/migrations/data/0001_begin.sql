-- runs with programs from 1
--
-- One text for both engines. BIGINT, TEXT and BYTEA are the only types; each
-- engine gets its own word for them. A moment is unix milliseconds, and NULL
-- where there is none. The place of every table is declared in tables.go.
-- States are guarded by CHECK; numbers are not, because PostgreSQL reads a
-- CHECK anew for every statement, and these are the hot ones.

-- The standing of a subject. (privacy.Subject as JSON)
CREATE TABLE subject (
  subject_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('registered', 'deleted', 'shredding', 'destroyed')),
  standing TEXT NOT NULL,
  PRIMARY KEY (subject_id)
);
CREATE INDEX subject_status ON subject (status, subject_id);

-- The end of a subject's stream. Its row is the one that is locked; it stands
-- apart from the standing, so that recording an event does not rewrite that.
CREATE TABLE stream (
  subject_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  seq BIGINT NOT NULL,
  head BYTEA,
  last_at BIGINT,
  PRIMARY KEY (subject_id)
);

CREATE TABLE event (
  subject_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (subject_id, seq)
);
CREATE UNIQUE INDEX event_by_id ON event (subject_id, event_id);

-- Sealed free text beside an event.
CREATE TABLE note (
  subject_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (subject_id, seq)
);

-- Events that wait for the tree.
CREATE TABLE unsealed (
  subject_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  stream TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (subject_id, seq)
);
CREATE INDEX unsealed_order ON unsealed (at, stream, seq);

-- The blind index. Its key is the token, so that a token can be unique over
-- all subjects.
CREATE TABLE lookup (
  token BYTEA NOT NULL,
  field TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT,
  single BIGINT NOT NULL CHECK (single IN (0, 1)),
  PRIMARY KEY (token, field, subject_id, from_at),
  CHECK (to_at IS NULL OR to_at >= from_at)
);
CREATE UNIQUE INDEX lookup_in_force ON lookup (token, field, subject_id) WHERE to_at IS NULL;
CREATE UNIQUE INDEX lookup_single ON lookup (token, field) WHERE single = 1 AND to_at IS NULL;
CREATE INDEX lookup_subject ON lookup (subject_id);

CREATE TABLE record (
  subject_id TEXT NOT NULL,
  category TEXT NOT NULL,
  version BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  source TEXT NOT NULL,
  notice TEXT NOT NULL,
  purpose TEXT NOT NULL,
  edition TEXT NOT NULL,
  collected BIGINT,
  written BIGINT NOT NULL,
  commitment TEXT NOT NULL,
  verified TEXT NOT NULL,
  ended BIGINT,
  PRIMARY KEY (subject_id, category, version)
);
CREATE UNIQUE INDEX record_current ON record (subject_id, category) WHERE ended IS NULL;

CREATE TABLE blob (
  subject_id TEXT NOT NULL,
  blob_id TEXT NOT NULL,
  category TEXT NOT NULL,
  attribute TEXT NOT NULL,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (subject_id, blob_id)
);

-- A notice is shown before there is a subject, so its own id is its key.
CREATE TABLE notice (
  notice_id TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  edition TEXT NOT NULL,
  lang TEXT NOT NULL,
  text_hash TEXT NOT NULL,
  channel TEXT NOT NULL,
  scope TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (notice_id)
);

CREATE TABLE challenge (
  challenge_id TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  address BYTEA NOT NULL,
  aim TEXT NOT NULL,
  bound TEXT NOT NULL,
  code_hash BYTEA NOT NULL,
  sent BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'used', 'superseded', 'locked')),
  PRIMARY KEY (challenge_id)
);
CREATE INDEX challenge_open ON challenge (address, aim) WHERE state = 'open';
CREATE INDEX challenge_subject ON challenge (subject_id);
CREATE INDEX challenge_expires ON challenge (expires);

CREATE TABLE receipt (
  subject_id TEXT NOT NULL,
  receipt_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (subject_id, receipt_id)
);

CREATE TABLE message (
  subject_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  purpose TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  due BIGINT NOT NULL,
  expires BIGINT,
  tries BIGINT NOT NULL,
  owner TEXT NOT NULL,
  held_until BIGINT,
  PRIMARY KEY (subject_id, message_id)
);
CREATE INDEX message_due ON message (due);
CREATE INDEX message_expires ON message (expires);

CREATE TABLE duty (
  subject_id TEXT NOT NULL,
  duty_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  cause TEXT NOT NULL,
  ref TEXT NOT NULL,
  due BIGINT NOT NULL,
  created BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  owner TEXT NOT NULL,
  held_until BIGINT,
  PRIMARY KEY (subject_id, duty_id)
);
CREATE INDEX duty_due ON duty (due);

CREATE TABLE edition (
  edition_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  published BIGINT NOT NULL,
  in_force BIGINT NOT NULL,
  pack BYTEA NOT NULL,
  PRIMARY KEY (edition_id)
);

CREATE TABLE credential (
  credential_id TEXT NOT NULL,
  hash BYTEA NOT NULL,
  spec BYTEA NOT NULL,
  created BIGINT NOT NULL,
  revoked BIGINT,
  PRIMARY KEY (credential_id)
);

CREATE TABLE staff (
  login TEXT NOT NULL,
  role TEXT NOT NULL,
  org TEXT NOT NULL,
  password TEXT NOT NULL,
  totp BYTEA NOT NULL,
  step BIGINT NOT NULL,
  created BIGINT NOT NULL,
  ended BIGINT,
  PRIMARY KEY (login)
);

CREATE TABLE session (
  token_hash BYTEA NOT NULL,
  subject_id TEXT NOT NULL,
  staff TEXT NOT NULL,
  level TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  ended BIGINT,
  PRIMARY KEY (token_hash)
);
CREATE INDEX session_subject ON session (subject_id);
CREATE INDEX session_expires ON session (expires);

-- Results of requests with an idempotency key.
CREATE TABLE once (
  actor TEXT NOT NULL,
  once_key TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  body BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (actor, once_key)
);
CREATE INDEX once_subject ON once (subject_id);
CREATE INDEX once_at ON once (at);

CREATE TABLE counter (
  counter_key TEXT NOT NULL,
  start_at BIGINT NOT NULL,
  hits BIGINT NOT NULL,
  PRIMARY KEY (counter_key, start_at)
);
CREATE INDEX counter_start ON counter (start_at);

-- The Merkle tree: which event is which leaf, the stored nodes, the signed heads.
CREATE TABLE leaf (
  n BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (n)
);
CREATE UNIQUE INDEX leaf_event ON leaf (event_id);

CREATE TABLE tree_hash (
  idx BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (idx)
);

CREATE TABLE checkpoint (
  size BIGINT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (size)
);

-- Work that one process at a time does.
CREATE TABLE lease (
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  held_until BIGINT NOT NULL,
  PRIMARY KEY (name)
);
