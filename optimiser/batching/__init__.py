"""Packages to batches: groups to be offered or bid for together, compact, even and whole.

``rules`` says what is asked of a batch (B1–B6); ``problem`` the nouns; ``units`` what must stay together and
the arrays of one lot; ``formulation`` the mathematics; ``pricing`` batches worth having, by search and
exactly; ``columns`` generates them and proves a bound; ``choose`` takes those whose rounds travel least;
``check`` recomputes an answer from nothing but the rules; ``solve`` is the front door.
"""
