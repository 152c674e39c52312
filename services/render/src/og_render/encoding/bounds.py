"""How large a card's file may be."""

# WhatsApp shows no larger ones.
MAX_FILE_BYTES = 600_000
# Of compressed pixels; a file's headers take far less than the rest.
MAX_DATA_BYTES = MAX_FILE_BYTES - 2_000
