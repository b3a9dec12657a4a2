"""Breaks the way in, again and again, on machines of its own, and measures how soon CLOVA gets through again."""
