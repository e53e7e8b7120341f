"""The thirty: ranked, chosen by rules, put in order, with evidence."""
