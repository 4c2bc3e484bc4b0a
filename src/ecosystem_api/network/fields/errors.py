"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, Forbidden


class CustomFieldKeyTaken(Conflict):
    """Another field of this resource, in use or archived, has this key."""

    code = "custom_field_key_taken"
    title = "Key of the field taken"


class CustomFieldInUse(Conflict):
    """A published rule book reads this field, now or later; `needed_by` names it.

    Publish a book that does not read it; once that is in force, archive the field.
    """

    code = "custom_field_in_use"
    title = "Custom field in use"


class CustomFieldTold(Conflict):
    """A published rule book tells partners the value of this field in a remedy, now or later; `needed_by` names it.

    Publish a book whose remedies do not fill it in; once that is in force, hide the field.
    """

    code = "custom_field_told"
    title = "Custom field told by a rule book"


class TooManyCustomFields(Conflict):
    """The resource has as many fields in use as it may; archive one first."""

    code = "too_many_custom_fields"
    title = "Too many custom fields"


class CustomFieldNotWritable(Forbidden):
    """The vendor's side keeps this field; partners read it and do not write it.

    Leave out the fields that `errors` names, or ask the vendor to fill them in.
    """

    code = "custom_field_not_writable"
    title = "Custom field not writable"
