"""The generalised assignment problem: jobs to agents, each whole, within capacity. Knows nothing of care."""
