"""What may be shown to whom: disclosure control (levels A and B; docs/adr/0018-publishing.md)."""
