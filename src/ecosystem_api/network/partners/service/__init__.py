"""Use cases of partners, by verb: read them, keep their record, move them on, give them personas, relate them."""

from ecosystem_api.network.partners.service.bulk import put_partner
from ecosystem_api.network.partners.service.keep import create_partner, update_partner
from ecosystem_api.network.partners.service.load import import_partner
from ecosystem_api.network.partners.service.merge import follow_late, follow_merge, merge_partner
from ecosystem_api.network.partners.service.move import move_partner
from ecosystem_api.network.partners.service.personas import end_persona, give_persona
from ecosystem_api.network.partners.service.read import (
    find_by_external_id,
    find_by_name,
    get_partner,
    know_partner,
    list_history,
    list_partners,
    list_personas,
    partner_answers,
    partner_facts,
    partner_profiles,
    require_partner,
    show_partner,
    size_bands,
    size_of,
)
from ecosystem_api.network.partners.service.relate import add_relationship, list_relationships, remove_relationship

__all__ = [
    "add_relationship",
    "create_partner",
    "end_persona",
    "find_by_external_id",
    "find_by_name",
    "follow_late",
    "follow_merge",
    "get_partner",
    "give_persona",
    "import_partner",
    "know_partner",
    "list_history",
    "list_partners",
    "list_personas",
    "list_relationships",
    "merge_partner",
    "move_partner",
    "partner_answers",
    "partner_facts",
    "partner_profiles",
    "put_partner",
    "remove_relationship",
    "require_partner",
    "show_partner",
    "size_bands",
    "size_of",
    "update_partner",
]
