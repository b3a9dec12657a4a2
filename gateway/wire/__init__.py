"""Floor 1: how a slot is read from and written to MQTT, as data."""
