"""A machine that does with money whatever people may try, and knows what must come of it.

`model` is the world in whole numbers; `town` does the same things to the real one; the other
modules are what can be done. After each step both worlds are compared, and all invariants hold.
"""
