"""Allocation: packages to providers, as the contract says; ``allocate.allocate`` is the front door."""
