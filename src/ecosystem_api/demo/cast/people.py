"""Names of people. None of them is anybody's."""

from random import Random
from typing import Final

_GIVEN: Final = (
    "Amara Ben Chiara Dmitri Elif Farah Gustav Hana Ines Jonas Keiko Liam Mireille Nadia Oskar Priya Quentin Rosa "
    "Samir Tove Uma Viktor Wanda Ximena Yusuf Zofia Anneli Bruno Carys Diego Esther Felix"
)
_FAMILY: Final = (
    "Abara Bergqvist Castellano Dahl Eriksen Fontaine Greaves Hoshino Iwata Jansen Kowalczyk Lindqvist Marchetti "
    "Nakamoto Okafor Pereira Quist Rautio Sandoval Thorne Ueda Vasquez Whitlock Yilmaz Zeller Achterberg Boucher "
    "Cardew Delacroix Ekström Farrow Guimaraes"
)
_ASCII: Final = str.maketrans("öéçñãü", "oecnau")


def invent(rng: Random) -> str:
    """A person's name."""
    return f"{rng.choice(_GIVEN.split())} {rng.choice(_FAMILY.split())}"


def address(name: str, domain: str) -> str:
    """The e-mail address of a person at a company."""
    return name.lower().translate(_ASCII).replace(" ", ".") + "@" + domain
