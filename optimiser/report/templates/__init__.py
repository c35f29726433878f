"""The page's parts: Jinja templates, styles and scripts, all put into one file by ``page.py``."""
