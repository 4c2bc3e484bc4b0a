"""Use cases of merging, by verb: merge two accounts, part one in two, list what was merged."""

from ecosystem_api.market.merging.service.merge import follow_late, list_merges, merge_account
from ecosystem_api.market.merging.service.part import split_account

__all__ = ["follow_late", "list_merges", "merge_account", "split_account"]
