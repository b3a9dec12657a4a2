"""Floor 0: the words everything else is said in. No sockets, no clock, no configuration."""
