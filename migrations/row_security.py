"""Row-level security and grants, by scope of table. Used by migration steps; the scopes are those of the tables' info.

The application's role owns nothing and bypasses nothing. Every policy begins with the vendor; without a vendor in the
transaction no row matches, so a forgotten context fails closed.
"""

from alembic import op

from ecosystem_api.runtime.roles import ROLE_STATEMENTS
from ecosystem_api.runtime.settings import APP_ROLE

VENDOR = "vendor_id = nullif(current_setting('app.vendor', true), '')::uuid"
PARTNER = "nullif(current_setting('app.partner', true), '')::uuid"
NO_PARTNER = f"{PARTNER} is null"
NO_VENDOR = "nullif(current_setting('app.vendor', true), '') is null"
APP = APP_ROLE


def make_roles() -> None:
    """Make the two group roles if the cluster lacks them: privileges hang on these, logins are their members."""
    for statement in ROLE_STATEMENTS:
        op.execute(statement)
    op.execute(f"grant usage on schema public to {APP}")


def protect(
    table: str, scope: str, *, link: str = "", link_column: str = "", own_column: str = "id", grants: str = ""
) -> None:
    """Enable and force row-level security on a table, add the policies of its scope, and grant the application."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    reads, writes = _predicates(table, scope, link, link_column, own_column)
    both = f"({reads}) and ({writes})" if reads != writes else reads
    op.execute(f"create policy {table}_read on {table} for select to {APP} using ({reads})")
    op.execute(f"create policy {table}_insert on {table} for insert to {APP} with check ({writes})")
    op.execute(f"create policy {table}_update on {table} for update to {APP} using ({both}) with check ({writes})")
    op.execute(f"create policy {table}_delete on {table} for delete to {APP} using ({both})")
    op.execute(f"grant {grants or 'select, insert, update, delete'} on {table} to {APP}")


def unprotect(table: str) -> None:
    """Take the policies away again, before the table is dropped."""
    for action in ("read", "insert", "update", "delete"):
        op.execute(f"drop policy {table}_{action} on {table}")


def _predicates(table: str, scope: str, link: str, link_column: str, own_column: str) -> tuple[str, str]:
    match scope:
        case "partner":
            own = f"{VENDOR} and {_unless_wide(f'partner_id = {PARTNER}')}"
            return own, own
        case "self":
            own = f"{VENDOR} and {_unless_wide(f'id = {PARTNER}')}"
            return own, own
        case "audience":
            own = f"(partner_id = {PARTNER} and audience = 'partner') or audience = 'everyone'"
            seen = f"{VENDOR} and {_unless_wide(own)}"
            return seen, f"{VENDOR} and ({NO_PARTNER} or partner_id = {PARTNER} or partner_id is null)"
        case "linked":
            granted = (
                f"exists (select 1 from {link} l where l.vendor_id = {table}.vendor_id "
                f"and l.{link_column} = {table}.{own_column} and l.partner_id = {PARTNER})"
            )
            return f"{VENDOR} and {_unless_wide(granted)}", f"{VENDOR} and {NO_PARTNER}"
        case "published":
            return f"{VENDOR} and ({NO_PARTNER} or status <> 'draft')", f"{VENDOR} and {NO_PARTNER}"
        case "disclosed":
            return f"{VENDOR} and ({NO_PARTNER} or partner_access <> 'none')", f"{VENDOR} and {NO_PARTNER}"
        case "shared":
            return VENDOR, f"{VENDOR} and {NO_PARTNER}"
        case "staff":
            return f"{VENDOR} and {NO_PARTNER}", f"{VENDOR} and {NO_PARTNER}"
        case "machinery":
            return VENDOR, VENDOR
    raise ValueError(f"{table}: no scope {scope}")


def _unless_wide(narrow: str) -> str:
    """True without a partner in the transaction, else whether the row is the partner's.

    Why a CASE: of a disjunction with a setting in it the planner believes that it lets one row in two hundred pass, and
    sorts a hundred thousand where it could have walked an index; of a CASE it believes one in two.
    """
    return f"case when {NO_PARTNER} then true else coalesce({narrow}, false) end"


def judge_again(table: str, scope: str, **of_scope: str) -> None:
    """Give a table's policies the predicates that `protect` gives today."""
    reads, writes = _predicates(table, scope, **{"link": "", "link_column": "", "own_column": "id"} | of_scope)
    both = f"({reads}) and ({writes})" if reads != writes else reads
    op.execute(f"alter policy {table}_read on {table} using ({reads})")
    op.execute(f"alter policy {table}_insert on {table} with check ({writes})")
    op.execute(f"alter policy {table}_update on {table} using ({both}) with check ({writes})")
    op.execute(f"alter policy {table}_delete on {table} using ({both})")
