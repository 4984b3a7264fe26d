-- runs with programs from 3

-- The standing in its compact form (privacy.Subject.AppendBinary). What is there
-- keeps its bytes, which are JSON: it is read as before, and written in the new
-- form with its next change. An earlier program would not read that, so it is
-- refused from here on; stop it first.
POSTGRES ONLY ALTER TABLE subject ALTER COLUMN standing TYPE BYTEA USING convert_to(standing, 'UTF8');

-- SQLite cannot change a column: the table is made anew.
SQLITE ONLY ALTER TABLE subject RENAME TO subject_as_text;
SQLITE ONLY CREATE TABLE subject (
  subject_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('registered', 'deleted', 'shredding', 'destroyed')),
  standing BYTEA NOT NULL,
  PRIMARY KEY (subject_id)
);
SQLITE ONLY INSERT INTO subject (subject_id, status, standing)
  SELECT subject_id, status, CAST(standing AS BYTEA) FROM subject_as_text ORDER BY subject_id;
SQLITE ONLY DROP TABLE subject_as_text;
SQLITE ONLY CREATE INDEX subject_status ON subject (status, subject_id);
