"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, Forbidden, InvalidRequest


class FieldsNotPermitted(Forbidden):
    """A partner may change what it can do and where, and nothing else about itself; `errors` names the other fields.

    Leave out the fields that `errors` names, or ask the vendor to change them.
    """

    code = "fields_not_permitted"
    title = "Fields not permitted"


class UnknownPartner(InvalidRequest):
    """A named partner does not exist, or not for this caller."""

    code = "unknown_partner"
    title = "Unknown partner"


class MergeConflicts(Conflict):
    """Both partners have what only one may have, so nothing was merged; `conflicts` lists it all.

    Mend what `conflicts` names, for one of the two, and merge again.
    """

    code = "merge_conflicts"
    title = "Merge has conflicts"


class MergeNotPossible(Conflict):
    """A partner is merged into another one that has not left the ecosystem."""

    code = "merge_not_possible"
    title = "Merge not possible"


class NoteRequired(InvalidRequest):
    """The reason `other` says nothing by itself: it needs a note."""

    code = "note_required"
    title = "Note required"


class AliasTaken(Conflict):
    """This spelling already leads to another partner: one spelling names one partner."""

    code = "partner_alias_taken"
    title = "Alias taken"


class PartnerExternalIdTaken(Conflict):
    """The other system's id already belongs to another partner."""

    code = "partner_external_id_taken"
    title = "External id taken"


class PersonaHeldAlready(Conflict):
    """The partner has this persona already during some of these days."""

    code = "persona_held_already"
    title = "Persona held already"


class RelationshipCycle(Conflict):
    """The relationship would make a partner its own superior; `path` names the partners on the way round."""

    code = "relationship_cycle"
    title = "Relationship cycle"


class RelationshipExists(Conflict):
    """The two partners are in this relationship already, or the child has a parent already."""

    code = "relationship_exists"
    title = "Relationship exists"
