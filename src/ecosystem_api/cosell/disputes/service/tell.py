"""Tell each side of a case what concerns its own registration."""

from collections.abc import Sequence
from typing import Any

from ecosystem_api.cosell.disputes.domain import as_share
from ecosystem_api.cosell.disputes.events import DisputeNews
from ecosystem_api.cosell.disputes.tables import DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record


async def tell(
    tx: Tx, who: Caller, row: DisputeRow, parties: Sequence[DisputePartyRow], news: type[DisputeNews], **more: Any
) -> None:
    """News of a case as it stands now, to each of these parties."""
    for party in parties:
        said: dict[str, Any] = {
            "dispute_id": row.id,
            "extension_request_id": row.extension_id,
            "side": party.side,
            "deal_registration_id": party.deal_id,
            "evidence_until": party.evidence_until,
            "effect": party.effect,
            "share": None if party.share_units is None else as_share(party.share_units),
        }
        same = ("kind", "status", "grounds", "outcome", "reason", "amendment_id")
        event = news.model_validate(said | more | {name: getattr(row, name) for name in same})
        await record(tx, who, event, subject_id=encode("dsp", row.id), partner_id=party.partner_id)
