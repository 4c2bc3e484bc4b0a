"""News of contacts: which one and what kind of change, never what it says: the ledger forgets nothing."""

from pydantic import Field

from ecosystem_api.network.contacts.schemas import ContactId
from ecosystem_api.network.partners.schemas import PartnerId
from ecosystem_api.runtime.ledger import Event


class _ContactNews(Event):
    audience = "partner"
    contact_id: ContactId = Field(description="The contact.")
    partner_id: PartnerId = Field(description="The partner the person belongs to.")


class ContactAdded(_ContactNews):
    """A partner has a further contact."""

    type = "contact.added"


class ContactUpdated(_ContactNews):
    """What is known of a contact changed."""

    type = "contact.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/phone"]])


class ContactDeleted(_ContactNews):
    """A contact was erased; whoever holds a copy should do the same."""

    type = "contact.deleted"
