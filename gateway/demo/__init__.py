"""A virtual home to try the gateway on: a broker, devices that answer like real ones, and a check of it all."""
