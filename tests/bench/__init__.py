"""The benchmark: the gateway in turn with a floor, so that every figure is a ratio taken in one run."""
