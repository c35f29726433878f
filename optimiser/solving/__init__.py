"""How anything is solved: limits, results, provenance, progress, work that spreads. Knows nothing of care."""
