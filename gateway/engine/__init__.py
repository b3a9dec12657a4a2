"""Floor 2: one engine for every device: resolve, listen, publish, wait for the proof. asyncio first appears here."""
