"""Calls to addresses that a customer named: only to public ones, only what was asked, never longer than allowed.

A vendor says where its identity provider (later: its webhook receiver) lives, so every such URL is an attempt to reach
what only this machine can reach, until proven otherwise. The name is resolved once, every answer is checked, and the
connection goes to the checked address; certificate and `Host` stay on the name.

Source: OWASP SSRF prevention, IANA special-purpose address registries.
"""

from ecosystem_api.runtime.egress.client import Answer, Egress, EgressFailed
from ecosystem_api.runtime.egress.target import EgressPolicy, EgressRefused, Target, read_target

__all__ = ["Answer", "Egress", "EgressFailed", "EgressPolicy", "EgressRefused", "Target", "read_target"]
