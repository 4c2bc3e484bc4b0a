"""News of custom fields. What records hold in them stays out of the ledger."""

from pydantic import Field

from ecosystem_api.network.fields.domain import FieldType, Resource
from ecosystem_api.network.fields.schemas import CustomFieldId
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Key


class CustomFieldNews(Event):
    custom_field_id: CustomFieldId = Field(description="The field.")
    resource: Resource = Field(description="The resource that has it.", examples=["deal_registration"])
    key: Key = Field(description="Its key.", examples=["seats"])


class CustomFieldCreated(CustomFieldNews):
    """A vendor added a field of its own to a resource."""

    type = "custom_field.created"
    holds: FieldType = Field(description="What it holds.", examples=["integer"])


class CustomFieldUpdated(CustomFieldNews):
    """A field was reworded, or what it takes or who may write it changed."""

    type = "custom_field.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/label"]])


class CustomFieldArchived(CustomFieldNews):
    """A field is in use no more: records neither show nor take it."""

    type = "custom_field.archived"


class CustomFieldRestored(CustomFieldNews):
    """A field is in use again, with what records held in it."""

    type = "custom_field.restored"
