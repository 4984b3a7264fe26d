-- runs with programs from 1

-- An edition on its way: drafted, reviewed, announced. The switch that puts it
-- in force moves it to table edition in one transaction. (policy 6.3, 6.4a)
CREATE TABLE proposal (
  edition TEXT NOT NULL,
  hash TEXT NOT NULL,
  pack BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'reviewed', 'announced', 'withdrawn', 'published')),
  mode TEXT NOT NULL CHECK (mode IN ('', 'first', 'lawful', 'literal')),
  author TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  drafted BIGINT NOT NULL,
  reviewed BIGINT,
  announced BIGINT,
  in_force BIGINT,
  told_to TEXT NOT NULL,
  told BIGINT NOT NULL,
  told_at BIGINT,
  PRIMARY KEY (edition)
);
