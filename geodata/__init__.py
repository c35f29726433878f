"""Where things are and how long it takes between them; knows nothing of care."""
