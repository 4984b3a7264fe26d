-- runs with programs from 1

-- Wrapped keys, one per subject.
CREATE TABLE subject_key (
  subject_id TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  wrapped BYTEA NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (subject_id)
);
CREATE INDEX subject_key_epoch ON subject_key (epoch, subject_id);

-- What a category's key is derived with.
CREATE TABLE seed (
  subject_id TEXT NOT NULL,
  category TEXT NOT NULL,
  seed BYTEA NOT NULL,
  PRIMARY KEY (subject_id, category)
);
