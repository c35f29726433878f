"""Weighted set packing: sets that share no item, of the most value. Knows nothing of care."""
