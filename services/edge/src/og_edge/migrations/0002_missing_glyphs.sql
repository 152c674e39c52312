-- What no font had when a card was drawn, as X-OG-Missing-Glyphs tells it: "U+1F9FF, U+A700".
-- Code that does not know the column leaves it empty, and rewrites no table to get there.
ALTER TABLE edge.cards ADD COLUMN missing_glyphs text NOT NULL DEFAULT '';
