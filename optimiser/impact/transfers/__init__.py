"""Transfers of care: who might change provider, by consent, so that everybody drives less."""
