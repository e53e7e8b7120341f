"""The product's words: facts, the built-in grammar writer and the check that every word is grounded."""
