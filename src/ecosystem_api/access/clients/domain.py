"""The `client_id` names its vendor, so that the tenant is known before the first query."""

from uuid import UUID

from ecosystem_api.kernel.ids import InvalidId, decode, encode


def public_client_id(client_id: UUID, vendor_id: UUID) -> str:
    """`cli_<client>.<vendor>`: what is sent to the token endpoint."""
    return f"{encode('cli', client_id)}.{encode('ven', vendor_id).removeprefix('ven_')}"


def read_client_id(text: str) -> tuple[UUID, UUID] | None:
    """(client, vendor) of a public client id, or None if it is not one."""
    client, _, vendor = text.partition(".")
    try:
        return decode("cli", client), decode("ven", f"ven_{vendor}")
    except InvalidId:
        return None
