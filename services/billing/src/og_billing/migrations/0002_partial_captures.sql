-- What a capture gives back of its reservation, where what was delivered costs less. The default
-- rewrites no table, and a constraint that is not validated reads none: older rows hold the default.
ALTER TABLE billing.entries ADD COLUMN returned_credits bigint NOT NULL DEFAULT 0;
ALTER TABLE billing.entries ADD CONSTRAINT only_captures_return
    CHECK (returned_credits >= 0 AND (returned_credits = 0 OR action = 'capture')) NOT VALID;
