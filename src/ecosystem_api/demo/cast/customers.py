"""The end customers: invented from a seed, with families, aliases, numbers in registers, and namesakes abroad."""

from dataclasses import dataclass
from random import Random
from typing import Final

from ecosystem_api.demo.cast.places import PLACES

_FIRST: Final = (
    "Alderbrook Brightwater Caldermoor Dunmere Eastvale Fallowmere Glenrowan Hollinport Ironquay Juniperfell Kelderby "
    "Larkmoor Marrowdale Netherwick Oakenshaw Pellgate Quarrendon Ravensholt Silverfirth Tarnbeck Underhaven Vellacott "
    "Westerlund Yarrowbank Zephyrine Ashcombe Birchholm Cinderford Drystone Emberlow Foxgrove Greyhaven Highmarch "
    "Islebury Jasperton Kingsmere Longreach Millbrae Northolme Ottervale Pinecrag Queensferry Rosehythe Stonewick "
    "Thistledown Upperton Valebridge Wyndermoor"
)
_BY_INDUSTRY: Final = {
    "manufacturing": "Castings|Ceramics|Precision Tools|Polymers|Foundry|Bearings",
    "healthcare": "Clinics|Hospital Trust|Diagnostics|Pharma|Dental Care|Medical Devices",
    "financial_services": "Bank|Insurance|Asset Management|Leasing|Payments|Credit Union",
    "public_sector": "City Council|Water Authority|Transit|School District|Port Authority|University",
    "retail": "Outfitters|Grocers|Home Stores|Books|Sporting Goods|Pharmacies",
    "energy": "Power|Wind|Gas Networks|Solar|Grid|Refining",
    "logistics": "Shipping|Freight|Airways|Rail Cargo|Warehousing|Couriers",
    "technology": "Software|Robotics|Data Centres|Semiconductors|Hosting|Analytics",
    "media": "Publishing|Broadcasting|Film Studios|Games|Radio|Advertising",
    "hospitality": "Hotels|Cruises|Restaurants|Resorts|Catering|Theatres",
}
FAMILY_SIZE: Final = 3


@dataclass(frozen=True, slots=True)
class Customer:
    """An end customer as the story knows it.

    Shape: `parent` is the place of the company above it in the list; `is_known` says that the vendor's CRM has it
    from the beginning. Units: `engaged_days` counts back from the beginning, None for never.
    """

    name: str
    bare_name: str
    country: str
    industry: str
    domain: str | None = None
    duns: str | None = None
    aliases: tuple[str, ...] = ()
    parent: int | None = None
    is_customer: bool = False
    engaged_days: int | None = None
    is_known: bool = True
    is_namesake: bool = False

    @property
    def region(self) -> str:
        """Its sales region."""
        return PLACES[self.country].region


def invent(count: int, rng: Random) -> list[Customer]:
    """So many customers; the same seed invents the same ones."""
    namesakes = max(2, count // 30)
    families = max(1, count // 30)
    pairs = [
        (first, industry, second)
        for first in _FIRST.split()
        for industry, words in _BY_INDUSTRY.items()
        for second in words.split("|")
    ]
    rng.shuffle(pairs)
    found: list[Customer] = []
    for _ in range(families):
        found += _family(found, pairs, rng)
    used = {customer.bare_name for customer in found}
    for first, industry, second in pairs:
        if len(found) == count - namesakes:
            break
        if f"{first} {second}" not in used:
            found.append(_company(f"{first} {second}", industry, len(found), rng))
    own = [customer for customer in found if customer.domain and customer.parent is None]
    return found + [_namesake(customer, rng) for customer in rng.sample(own, namesakes)]


def _company(bare: str, industry: str, place: int, rng: Random) -> Customer:
    country = rng.choices(list(PLACES), [each.weight for each in PLACES.values()])[0]
    slug = bare.lower().replace(" ", "-")
    first, *rest = bare.split()
    acronym = first + " " + "".join(word[0] for word in rest) if len(rest) > 1 else f"{first} Group {rest[0]}"
    return Customer(
        name=f"{bare} {rng.choice(PLACES[country].forms)}",
        bare_name=bare,
        country=country,
        industry=industry,
        domain=f"{slug}.example" if rng.random() < 0.8 else None,
        # Numbers below a thousand were never handed out: they are nobody's.
        duns=f"{place + 1:09d}" if rng.random() < 0.4 else None,
        aliases=(acronym,) if rng.random() < 0.3 else (),
        is_customer=rng.random() < 0.12,
        engaged_days=rng.randint(3, 400) if rng.random() < 0.15 else None,
        is_known=rng.random() < 0.8,
    )


def _family(before: list[Customer], pairs: list[tuple[str, str, str]], rng: Random) -> list[Customer]:
    """A holding and the companies below it; the vendor knows all of them."""
    heads = {customer.bare_name.split()[0] for customer in before}
    first = next(first for first, _, _ in pairs if first not in heads)
    below = [(industry, second) for other, industry, second in pairs if other == first][:FAMILY_SIZE]
    place = len(before)
    names = [f"{first} Holdings", *(f"{first} {second}" for _, second in below)]
    industries = [below[0][0], *(industry for industry, _ in below)]
    return [
        Customer(
            name=f"{name} {rng.choice(PLACES[country].forms)}",
            bare_name=name,
            country=country,
            industry=industry,
            domain=name.lower().replace(" ", "-") + ".example",
            parent=place if step else None,
        )
        for step, (name, industry, country) in enumerate(
            zip(names, industries, rng.choices(list(PLACES), k=len(names)), strict=True)
        )
    ]


def _namesake(customer: Customer, rng: Random) -> Customer:
    """Another company of the same name in another country, of which nobody knows more than that."""
    country = rng.choice([code for code in PLACES if code != customer.country])
    return Customer(
        name=f"{customer.bare_name} {PLACES[country].forms[0]}",
        bare_name=customer.bare_name,
        country=country,
        industry=customer.industry,
        is_known=False,
        is_namesake=True,
    )
