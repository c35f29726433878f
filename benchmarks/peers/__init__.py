"""Other engines on the same problem, for measuring only; each refuses what it cannot state."""
