"""People: their passwords, their sessions, and the mail that reaches them."""
