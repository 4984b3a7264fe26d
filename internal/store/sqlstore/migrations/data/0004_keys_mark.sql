-- runs with programs from 3

-- One row, 'keys': which key store these data belong to, and up to which of its
-- destructions they know every one. -1 after a restore, until that is made sure.
CREATE TABLE mark (
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (name)
);
