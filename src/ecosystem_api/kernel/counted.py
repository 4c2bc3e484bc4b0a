"""Counts in sentences: one request waits, two requests wait."""


def counted(number: float, one: str, many: str = "") -> str:
    """A number with its noun, or its verb: "1 day", "0 days", "2.5 seconds".

    Shape: `many` is for what does not just add an s.
    """
    told = str(number) if isinstance(number, int) else f"{number:g}"
    return f"{told} {one if number == 1 else many or one + 's'}"
