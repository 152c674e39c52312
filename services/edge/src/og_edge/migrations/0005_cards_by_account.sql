-- An audit reads the cards of one account after the other: without this, everybody's each time.
-- Nothing looks for unsettled ones apart any more.
CREATE INDEX cards_by_account ON edge.cards (account_id);
DROP INDEX edge.cards_unsettled;
