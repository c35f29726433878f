"""Mini-competitions: sealed bids for batches, scored, decided exactly, explained."""
