"""Two pages of made-up sites whose social cards come from the system beside them."""
