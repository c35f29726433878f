"""Seeded instances of four English counties: made-up people and providers on real postcodes.

Nobody here exists. What is published about each council is kept, what is not is assumed, and every instance
says which is which in its ``assumptions``; see docs/counties.md.
"""

from instances.counties.essex import essex
from instances.counties.leicester import leicester
from instances.counties.leicestershire import leicestershire
from instances.counties.norfolk import norfolk

__all__ = ["essex", "leicester", "leicestershire", "norfolk"]
