-- mode=ai: how a language model did, as X-OG-AI tells it (null where none was asked), and as what
-- kind of charge a card was bought, which is what a capture that was cut off takes later.
-- Code that does not know the columns makes no such cards; no table is rewritten.
ALTER TABLE edge.cards ADD COLUMN ai_status text;
ALTER TABLE edge.cards ADD COLUMN charge_kind text NOT NULL DEFAULT 'generation';
ALTER TABLE edge.generations ADD COLUMN ai_status text;
