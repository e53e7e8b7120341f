"""How values are called in each language: keys, numbers, genres, moods, dates, word lists."""
