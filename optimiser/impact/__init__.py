"""What a decision does to travel: the same day built under two allocations, and the difference."""
