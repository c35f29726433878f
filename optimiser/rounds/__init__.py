"""Visits to carers' rounds: one provider, one day, one locality.

``rules`` says what the contract and the law ask of a round; ``problem`` is the mathematics as arrays;
``prepare`` makes one from an instance; ``kernels`` hold the compiled arithmetic; ``search`` drives them;
``check`` recomputes a plan from nothing but the rules; ``build_rounds`` is the front door.

Beyond a day: ``week`` builds one that repeats (``week_search``, ``usual``, ``between_days``; ``check_week``),
``repair`` changes a planned day as little as it must (``changes``), ``insert`` asks which rounds could take a
new person, ``explain`` says why a visit is left out;
``carry`` takes a plan from one day's problem to another's.
"""
