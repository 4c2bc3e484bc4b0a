"""The partners: forty companies of every persona, the first dozen chosen so that they show everything by themselves."""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

Path = Literal["from_start", "joined", "reinstated", "suspended", "offboarded", "onboarding", "applicant", "prospect"]


@dataclass(frozen=True, slots=True)
class Part:
    """A partner's part in the story. `path` is its way through the program, `weight` how often it registers deals."""

    name: str
    form: str
    country: str
    personas: str
    path: Path = "from_start"
    tier: str | None = None
    size: str = "medium"
    territories: str = ""
    weight: float = 1.0
    parent: str | None = None
    distributor: str | None = None
    alias: str | None = None

    @property
    def domain(self) -> str:
        """Its web domain, under the name that is reserved for examples."""
        return self.name.lower().translate(_ASCII).replace(" ", "").replace("-", "") + ".example"


_ASCII: Final = str.maketrans("öåäéèü", "oaaeeu")
_EUROPE: Final = "DE AT CH FR ES NL SE NO GB"
_LAKE, _KONTOR = "Meridian Lake Distribution", "Hansa Kontor Distribution"

# fmt: off
PARTS: Final = (
    Part("Maple Secure Solutions", "Inc.", "CA", "var", tier="gold", weight=2.4, alias="Maple Sec"),
    Part("Harbourline Managed Security", "Ltd", "GB", "msp", tier="gold", size="large", weight=2.2),
    Part("Castellan Delivery Group", "Inc.", "US", "gsi", tier="platinum", size="global", weight=1.8),
    Part("Fernhill Telemetry", "Inc.", "US", "isv", tier="silver", size="small", territories="US CA", weight=0.6),
    Part("Ostwind IT-Sicherheit", "GmbH", "DE", "var msp", tier="gold", territories="DE AT CH", weight=2.0,
         distributor=_KONTOR, alias="Ostwind ITS"),
    Part("Quillon Advisory", "LLP", "GB", "referral", tier="registered", size="small", territories="GB", weight=0.3),
    Part("Rivière Défense Numérique", "SAS", "FR", "var", tier="silver", territories="FR ES", weight=1.4),
    Part("Kestrel Ridge Networks", "LLC", "US", "var", "suspended", tier="silver", territories="US", weight=1.2),
    Part("Nordvakt Drift", "AB", "SE", "msp", tier="silver", territories="SE NO", weight=1.4),
    Part("Tamarind Systems", "Pte. Ltd.", "SG", "var", "onboarding", territories="SG"),
    Part("Blue Lantern Cyber", "Pty Ltd", "AU", "msp", "prospect", size="small"),
    Part("Sabal Point Technologies", "LLC", "US", "var", "offboarded", tier="registered", territories="US"),
    Part(_LAKE, "Inc.", "US", "distributor", tier="platinum", size="large", territories="US CA", weight=0.3),
    Part(_KONTOR, "GmbH", "DE", "distributor", tier="gold", size="large", territories=_EUROPE, weight=0.3),
    Part("Castellan Deutschland", "GmbH", "DE", "gsi", tier="gold", size="large", territories="DE AT CH", weight=1.2,
         parent="Castellan Delivery Group"),
    Part("Castellan Nippon", "K.K.", "JP", "gsi", "joined", tier="silver", territories="JP", weight=1.2,
         parent="Castellan Delivery Group"),
    Part("Pinyon Hill Integration", "Inc.", "US", "var", tier="gold", territories="US CA", weight=1.6,
         distributor=_LAKE),
    Part("Saltmarsh Digital", "Ltd", "GB", "var", "joined", tier="silver", territories="GB", weight=1.2),
    Part("Veldkamp Beheer", "B.V.", "NL", "msp", tier="silver", territories="NL", weight=1.2, distributor=_KONTOR),
    Part("Cobalt Harbor Defense", "LLC", "US", "msp", "reinstated", tier="silver", territories="US", weight=1.2,
         distributor=_LAKE),
    Part("Aurora Prairie IT", "Ltd.", "CA", "var", "joined", tier="registered", territories="CA", weight=0.9),
    Part("Larkfield Identity", "Inc.", "US", "isv", "joined", tier="silver", size="small", weight=0.5),
    Part("Bergwacht Cyber", "AG", "CH", "msp", tier="gold", territories="CH DE AT", weight=1.2),
    Part("Puerto Alto Seguridad", "S.L.", "ES", "var", tier="silver", territories="ES", weight=1.0),
    Part("Yarra Bend Security", "Pty Ltd", "AU", "msp var", tier="gold", territories="AU SG", weight=1.3),
    Part("Fjordlys Sikkerhet", "AS", "NO", "var", "joined", tier="registered", territories="NO SE", weight=0.8),
    Part("Ipê Roxo Tecnologia", "Ltda.", "BR", "var", tier="silver", territories="BR", weight=1.0),
    Part("Hokuto Anzen", "K.K.", "JP", "var", tier="silver", territories="JP", weight=1.1),
    Part("Thornbury and Vale", "LLP", "GB", "referral", "joined", tier="registered", size="small", weight=0.3),
    Part("Greywater Insights", "Inc.", "US", "referral", tier="registered", size="small", territories="US", weight=0.3),
    Part("Stratum Cloudworks", "Inc.", "CA", "isv msp", tier="silver", territories="CA US", weight=0.9),
    Part("Merlin Quay Consulting", "Ltd", "GB", "gsi", "joined", tier="gold", size="large", territories="GB NL",
         weight=1.1),
    Part("Donauwerk Systeme", "GmbH", "AT", "var", "suspended", tier="registered", territories="AT DE", weight=0.8,
         distributor=_KONTOR),
    Part("Lumen Bay Solutions", "Pte. Ltd.", "SG", "msp", "joined", tier="registered", territories="SG AU",
         weight=0.8),
    Part("Caribou Trail Networks", "Inc.", "CA", "var", "offboarded", tier="registered", territories="CA"),
    Part("Falaise Conseil", "SAS", "FR", "referral", "onboarding", size="small", territories="FR"),
    Part("Kaldera Software", "GmbH", "DE", "isv", "onboarding", size="small"),
    Part("Sundial Managed IT", "LLC", "US", "msp", "applicant", size="small"),
    Part("Oxbow River Partners", "Inc.", "US", "gsi", "prospect", size="large"),
    Part("Polder Veilig", "B.V.", "NL", "var", "prospect", size="small"),
)
# fmt: on

_SKILLS: Final = {
    "var": ("endpoint_protection", "zero_trust", "siem", "solution_design"),
    "msp": ("managed_detection", "incident_response", "siem", "endpoint_protection"),
    "gsi": ("transformation", "zero_trust", "cloud_security", "identity"),
    "isv": ("api_integration", "cloud_security", "identity"),
    "referral": ("security_strategy", "compliance"),
    "distributor": ("logistics", "credit", "enablement"),
}
_CERTIFICATIONS: Final = ("EDR-PRO", "EDR-EXPERT", "ZTN-ARCHITECT", "SIEM-ANALYST", "CLOUD-ENGINEER", "MDR-OPERATOR")
_VERTICALS: Final = (
    "manufacturing", "healthcare", "financial_services", "public_sector", "retail", "energy", "logistics", "media",
)  # fmt: skip


def describe(part: Part, rng: Random) -> dict[str, list[str]]:
    """What a partner can do and whom it knows."""
    known = [skill for persona in part.personas.split() for skill in _SKILLS[persona]]
    return {
        "skills": rng.sample(known, min(len(known), 3)),
        "verticals": rng.sample(_VERTICALS, rng.randint(1, 3)),
        "cloud_platforms": rng.sample(("aws", "azure", "gcp"), rng.randint(1, 2)),
        "certifications": rng.sample(_CERTIFICATIONS, rng.randint(1, 4))
        if part.tier not in (None, "registered")
        else [],
    }
