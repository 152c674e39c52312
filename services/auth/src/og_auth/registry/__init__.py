"""Managing accounts, their API keys and their sites, by noun."""
