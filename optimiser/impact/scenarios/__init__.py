"""Scenarios: each turns one world into another, and says what it assumes."""
