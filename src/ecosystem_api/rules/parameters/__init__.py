"""The numbers and choices of a rule book, as typed data: declared once, checked, spoken in words, read by rules."""

from ecosystem_api.rules.parameters.faults import parameter_faults
from ecosystem_api.rules.parameters.settings import PARAMETER_TYPES, SETTINGS, Setting
from ecosystem_api.rules.parameters.values import (
    ANCHORS,
    CHANGEABLE_FIELDS,
    Parameters,
    approvals_needed,
    idle_days,
    is_material,
    parameter_values,
    parameters_to_dict,
    protection_days,
    review_hours,
    review_time,
    ruling_time,
)
from ecosystem_api.rules.parameters.words import override_words, parameter_words, setting_words

__all__ = [
    "ANCHORS",
    "CHANGEABLE_FIELDS",
    "PARAMETER_TYPES",
    "SETTINGS",
    "Parameters",
    "Setting",
    "approvals_needed",
    "idle_days",
    "is_material",
    "override_words",
    "parameter_faults",
    "parameter_values",
    "parameter_words",
    "parameters_to_dict",
    "protection_days",
    "review_hours",
    "review_time",
    "ruling_time",
    "setting_words",
]
