"""The nouns: frozen values that check what one object can know of itself. No algorithms.

Floors above speak in these; ``need`` is what people want, ``supply`` who can give it, ``market`` the
contract between, ``allocation`` and ``rounds`` what was decided, ``instance`` all of it together.
"""
