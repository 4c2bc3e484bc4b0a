"""The README's first deal in generated clients: programs that the tests type-check and run, one for each language."""
