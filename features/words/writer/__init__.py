"""The built-in writer: sentence frames filled with slots, for openers, intros, reasons, paragraphs, reviews."""
