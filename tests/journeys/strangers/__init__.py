"""Two vendors, three partners of one of them, and a word in everything they wrote, to be looked for elsewhere."""
