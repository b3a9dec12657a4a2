"""Floor 4: sockets out. Each link handles the failures it expects and lets the rest end the process."""
