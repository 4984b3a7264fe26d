-- runs with programs from 3

-- The register of recipients: what each of them agreed to, whether data may go
-- to him now, where he is told of changes, and the secrets that sign what he is
-- told (sealed). (DC-86 p.4, policy 4.4a)
CREATE TABLE recipient (
  recipient_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'suspended')),
  contract BYTEA NOT NULL,
  author TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  secrets BYTEA NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (recipient_id)
);

-- What of a subject went to whom: names of fields and no value. (DC-73 p.1(6))
CREATE TABLE disclosure (
  subject_id TEXT NOT NULL,
  disclosure_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  purpose TEXT NOT NULL,
  operation TEXT NOT NULL,
  basis TEXT NOT NULL,
  clause TEXT NOT NULL,
  edition TEXT NOT NULL,
  fields TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  until BIGINT,
  tell_by BIGINT,
  told BIGINT,
  told_by TEXT NOT NULL,
  withheld BIGINT,
  ended BIGINT,
  PRIMARY KEY (subject_id, disclosure_id)
);
CREATE INDEX disclosure_untold ON disclosure (tell_by) WHERE told IS NULL;

-- What a recipient must still be told of data that went to him. It is looked up
-- by its own id too, which is all that the recipient knows.
CREATE TABLE propagation (
  subject_id TEXT NOT NULL,
  propagation_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('corrected', 'blocked', 'unblocked', 'withdrawn', 'deleted', 'destroyed')),
  categories TEXT NOT NULL,
  purpose TEXT NOT NULL,
  seq BIGINT NOT NULL,
  created BIGINT NOT NULL,
  due BIGINT NOT NULL,
  sent BIGINT,
  late BIGINT,
  confirmed BIGINT,
  outcome TEXT NOT NULL CHECK (outcome IN ('', 'told', 'done', 'kept')),
  citation TEXT NOT NULL,
  PRIMARY KEY (subject_id, propagation_id)
);
CREATE INDEX propagation_by_id ON propagation (propagation_id);
CREATE INDEX propagation_open ON propagation (due) WHERE confirmed IS NULL;

-- Requests of state bodies. Whom and what they are about is sealed. (policy 4.4b)
CREATE TABLE lawful_request (
  request_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'refused')),
  author TEXT NOT NULL,
  decider TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  created BIGINT NOT NULL,
  decided BIGINT,
  review BIGINT,
  revealed BIGINT,
  PRIMARY KEY (request_id)
);
CREATE INDEX lawful_request_hidden ON lawful_request (review) WHERE revealed IS NULL;
