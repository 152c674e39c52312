"""How large a card's file may be."""

# WhatsApp shows no larger ones; the headers of a file take less than what is left of 600 kB.
MAX_FILE_BYTES = 598_000
