"""Floor 4: sockets in. Two doors on two ports, and the control socket for the command line."""
