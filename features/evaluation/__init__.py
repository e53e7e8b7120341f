"""How good a ranking is: recall, nDCG, MAP, coverage, Gini, with intervals."""
