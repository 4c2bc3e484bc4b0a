"""docs/permissions.md: which role may do what, in sentences."""

from ecosystem_api.reference.markdown import table
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.caller import TOKEN_ROLES

_ROLES = {
    "admin": "runs the vendor's ecosystem",
    "manager": "decides about partners and their deals",
    "analyst": "reads and counts",
    "partner_admin": "runs one partner's side; sees that partner's records only",
    "partner_member": "works for one partner; sees that partner's records only",
    "integration": "a system of the vendor's, such as a CRM",
}


def render(offers: Catalog) -> str:
    """The page."""
    parts = ["# Permissions\n"]
    parts.append(
        "A caller holds the grants of its role, narrowed by its credential's scopes and by its token's. Every "
        "operation asks exactly one grant or is public; without it the answer is 403 and names the grant. Which "
        "*records* a caller sees is another matter: what belongs to another vendor or another partner does not exist "
        "for it (404).\n"
    )
    parts.append(table(["Role", "Who"], [[f"`{role}`", _ROLES[role]] for role in TOKEN_ROLES]))
    for area in offers.areas:
        if not area.grants:
            continue
        parts.append(f"## {area.name}\n")
        head = ["Grant", "Lets its holder", *(f"`{role}`" for role in TOKEN_ROLES)]
        rows = [
            [f"`{grant.name}`", grant.sentence, *("yes" if role in grant.roles else "" for role in TOKEN_ROLES)]
            for grant in sorted(area.grants, key=lambda grant: grant.name)
        ]
        parts.append(table(head, rows))
    return "\n".join(parts)
