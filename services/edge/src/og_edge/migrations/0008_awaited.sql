-- Whether anybody waits for the lease that is held, so that its end is told only then.
ALTER TABLE edge.drawings ADD COLUMN awaited boolean NOT NULL DEFAULT false;
