"""The last look at a night before anyone sees it: rules over lists, words, sharing and accounts."""
