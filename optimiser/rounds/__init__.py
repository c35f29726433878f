"""Visits to carers' rounds: one provider, one day, one locality.

``rules`` says what the contract and the law ask of a round; ``problem`` is the mathematics as arrays;
``prepare`` makes one from an instance; ``kernels`` hold the compiled arithmetic; ``search`` drives them;
``check`` recomputes a plan from nothing but the rules; ``build_rounds`` is the front door.
"""
