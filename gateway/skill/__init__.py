"""The skill: what CLOVA's custom extension is asked. `story` first, `intents` says what there is to ask."""
