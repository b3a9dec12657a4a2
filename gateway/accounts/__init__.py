"""Floor 2: who speaks, and what they may do. Rules only; what is kept is kept by a store that is handed in."""
