"""Floor 2: one compiler per dialect, from a document to a Wiring. Pure functions; no dialect code runs afterwards."""
