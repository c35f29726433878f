"""The house's own table of tariffs, ``house.csv``: dated, sourced, and to be edited by who knows better."""
