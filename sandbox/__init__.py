"""A Telegram look-alike on this machine: the HTTP Bot API for a bot, and a small HTTP API for the people."""
