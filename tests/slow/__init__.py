"""Clients that take all the time there is, a thousand at once. scripts/slow-sockets runs them for a minute."""
