-- runs with programs from 2

-- A seed is sealed under the epoch of its subject's key. NULL is a seed in clear,
-- as the release before wrote it: it is read as it is and sealed by the next
-- rewrapping. An earlier program cannot read a sealed seed, so it is refused from
-- here on; stop it first.
ALTER TABLE seed ADD COLUMN epoch BIGINT;
CREATE INDEX seed_in_clear ON seed (subject_id) WHERE epoch IS NULL;

-- What was destroyed by which order; category is '' for a whole subject. A copy
-- of the data that does not know of it is behind.
CREATE TABLE destroyed (
  subject_id TEXT NOT NULL,
  category TEXT NOT NULL,
  n BIGINT NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (subject_id, category)
);
CREATE INDEX destroyed_by_number ON destroyed (n);

-- One row, 'destroyed': the name of this key store and the number of the last
-- destruction.
CREATE TABLE mark (
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (name)
);
