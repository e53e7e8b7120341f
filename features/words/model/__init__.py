"""Texts by a language model: what it is asked, the references it may write, how its answers are judged."""
