"""How the parts are put together, a room each; only og_edge.server knows them all."""
