"""Words every floor shares: refusals, reasons, identifiers, money, periods, pages, patches, lifecycles, canonical text.

The kernel is pure. It imports the standard library and nothing else, does no input or output, and knows no partner,
no deal and no framework, so that anything above may use it and a test needs nothing but values. Only the making of
an identifier reads the clock and the operating system's randomness. Import from the module that owns the word.
"""
