-- What a charge costs the database, without what its other promises rest on (decision 33).

-- Each cost a query for every row, of what holds by construction: an entry is written under the lock
-- of its account's balance, and its transfers by the same statement. Nobody who writes may delete any
-- of them, and the audit looks for entries without a balance and transfers without an entry.
ALTER TABLE billing.entries DROP CONSTRAINT entries_account_id_fkey;
ALTER TABLE billing.transfers DROP CONSTRAINT transfers_charge_id_closes_fkey;

-- A charge that one bucket paid whole names it here and needs no row in transfers: it moved `credits`
-- from there to revenue. NULL, the default, is for all others, and for those of versions before.
ALTER TABLE billing.entries ADD COLUMN paid_from billing.bucket;
ALTER TABLE billing.entries ADD CONSTRAINT only_charges_are_paid_from_one
    CHECK (paid_from IS NULL OR (action = 'charge' AND paid_from IN ('plan', 'pack'))) NOT VALID;

-- How the credits moved, wherever it is written.
CREATE VIEW billing.moves AS
    SELECT charge_id, closes, account_id, debit, credit, credits FROM billing.transfers
    UNION ALL
    SELECT charge_id, closes, account_id, paid_from, 'revenue', credits FROM billing.entries
    WHERE paid_from IS NOT NULL;

REVOKE ALL ON billing.moves FROM PUBLIC, og_billing;
GRANT SELECT ON billing.moves TO og_billing;
