"""Floor 2: the CLOVA Home platform as tables and pure functions."""
