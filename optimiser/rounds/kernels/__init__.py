"""The compiled arithmetic of rounds: small functions over arrays, in the letters of ``problem``.

``data`` holds what does not change and what does; ``schedule`` says when each service starts; ``cost`` what
a plan costs; ``insertion`` where a visit fits best; ``ruin`` what to take out; ``step`` ties them together.
Everything is whole numbers, so that a seed gives the same plan on any machine.
"""
