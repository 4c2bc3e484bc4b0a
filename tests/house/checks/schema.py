"""The schema rules as questions to PostgreSQL's own catalogue, so that the schema distributes by vendor as it stands.

Each query answers rows of (culprit, remedy) about `ours`, the relations of this schema, or `tenanted`, the tables
among them that are `listed` neither as reference nor as local.
"""

from collections.abc import Collection, Mapping

import asyncpg

from tests.house.checks import Faults

_RELATIONS = """
    with listed as (select $1::text[] as untenanted, $2::text[] as reference), ours as (
        select c.oid, c.relname as name, c.relkind as kind, c.relrowsecurity and c.relforcerowsecurity as is_guarded
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname <> 'alembic_version'
        and not exists (select 1 from pg_depend e where e.objid = c.oid and e.deptype = 'e')
    ), tenanted as (
        select ours.* from ours, listed where kind in ('r', 'p') and not name = any(untenanted)
    )"""

TABLES: Mapping[str, str] = {
    "S1 first column": """
        select name, 'its first column must be vendor_id uuid not null, or list it as reference or local'
        from tenanted t where not exists (
            select 1 from pg_attribute a where a.attrelid = t.oid and a.attnum = 1
            and a.attname = 'vendor_id' and a.atttypid = 'uuid'::regtype and a.attnotnull)""",
    "S2 primary key": """
        select name, 'its primary key must begin with vendor_id' from tenanted t where not exists (
            select 1 from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
            where i.indrelid = t.oid and i.indisprimary and a.attname = 'vendor_id')""",
    "S3 unique": """
        select t.name || '.' || x.relname, 'a unique or exclusion constraint must contain vendor_id itself'
        from tenanted t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid
        where (i.indisunique or i.indisexclusion) and not exists (
            select 1 from pg_attribute a where a.attrelid = t.oid and a.attname = 'vendor_id'
            and a.attnum = any((i.indkey::int2[])[0:i.indnkeyatts - 1]))""",
    "S4 foreign key": """
        select t.name || '.' || k.conname, 'a foreign key leads from vendor_id to vendor_id, or to a reference table'
        from tenanted t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
        join ours f on f.oid = k.confrelid join listed on not f.name = any(listed.reference) where not exists (
            select 1 from unnest(k.conkey, k.confkey) as pair(ours, theirs)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.ours
            join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs
            where a.attname = 'vendor_id' and b.attname = 'vendor_id')""",
    "S5 identity": """
        select name, 'a table without a primary key has no replica identity: give it one' from ours t
        where kind in ('r', 'p') and not exists (select 1 from pg_index i where i.indrelid = t.oid and i.indisprimary)
        """,
    "S6 sequences": """
        select name, 'no sequences: ids come from new_uuid(), running numbers from next_number()'
        from ours where kind = 'S'
        union all select t.name || '.' || a.attname, 'no identity columns: ids come from new_uuid()'
        from ours t join pg_attribute a on a.attrelid = t.oid where a.attidentity <> ''""",
    "S6 defaults": """
        select t.name || '.' || a.attname, 'a default is a constant or now(): the application makes everything else'
        from ours t join pg_attribute a on a.attrelid = t.oid
        join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
        where replace(pg_get_expr(d.adbin, t.oid), 'now()', '') like '%(%'""",
    "S7 triggers": """
        select t.name || '.' || g.tgname, 'no triggers: write it in the same transaction, in code'
        from ours t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
        union all select evtname, 'no event triggers' from pg_event_trigger
        union all select t.name || '.' || r.rulename, 'no rules: write it in code'
        from ours t join pg_rewrite r on r.ev_class = t.oid where t.kind in ('r', 'p')""",
    "S16 views": """
        select name, 'no views: a view reads past row-level security with its owner''s eyes'
        from ours where kind in ('v', 'm')""",
    "R21 row security": """
        select name, 'row-level security must be enabled and forced: call protect() in its migration'
        from tenanted where not is_guarded""",
    "R21 policies": """
        select t.name || ' for ' || needed.command,
            'the application needs a policy here whose USING and WITH CHECK both name the vendor: call protect()'
        from tenanted t cross join (
            values ('r', true, false), ('a', false, true), ('w', true, true), ('d', true, false)
        ) needed(command, reads, writes) where not exists (
            select 1 from pg_policy p where p.polrelid = t.oid and p.polcmd::text in (needed.command, '*')
            and 'ecosystem_app'::regrole = any(p.polroles)
            and (not reads or pg_get_expr(p.polqual, t.oid) like '%vendor_id =%app.vendor%')
            and (not writes or pg_get_expr(p.polwithcheck, t.oid) like '%vendor_id =%app.vendor%'))""",
    "R23 functions": """
        select p.proname, 'no functions in the database: behaviour lives in code, and SECURITY DEFINER reads everything'
        from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e')""",
}

_MEMBERS = """
    with recursive r as (
        select oid, rolname from pg_roles where rolname = any($1)
        union select m.oid, m.rolname from r join pg_auth_members g on g.roleid = r.oid
        join pg_roles m on m.oid = g.member where not m.rolsuper
    )"""

ROLES: Mapping[str, str] = {
    "R20 attributes": """
        select r.rolname, 'a login of the service is no superuser, bypasses no policy, makes no role and no database'
        from r join pg_roles p on p.oid = r.oid
        where p.rolsuper or p.rolbypassrls or p.rolcreaterole or p.rolcreatedb or p.rolreplication""",
    "R20 ownership": """
        select r.rolname || ' owns ' || c.relname, 'the owner may ignore row-level security: give it to the migrator'
        from r join pg_class c on c.relowner = r.oid""",
    "R20 schema": """
        select r.rolname, 'the service makes no tables: revoke CREATE on schema public'
        from r where has_schema_privilege(r.oid, 'public', 'create')""",
    "R45 truncation": """
        select r.rolname || ' and ' || c.relname, 'TRUNCATE sees no policy: grant the four row privileges only'
        from r cross join pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and has_table_privilege(r.oid, c.oid, 'truncate, trigger, references')""",
}


async def broken_rules(connection: asyncpg.Connection, reference: Collection[str], local: Collection[str]) -> Faults:
    """Every table keeps every rule; `reference` and `local` name the tables that have no tenant."""
    faults: Faults = {}
    for rule, query in TABLES.items():
        faults |= _named(rule, await connection.fetch(_RELATIONS + query, [*reference, *local], list(reference)))
    return faults


async def unsafe_roles(connection: asyncpg.Connection, roles: Collection[str]) -> Faults:
    """The service's roles and the logins that are their members can neither change the schema nor ignore a policy."""
    faults: Faults = {}
    for rule, query in ROLES.items():
        faults |= _named(rule, await connection.fetch(_MEMBERS + query, list(roles)))
    return faults


async def rewritable(connection: asyncpg.Connection, role: str, append_only: Collection[str]) -> Faults:
    """What was written into an append-only table stays: the role may neither change nor delete it."""
    query = """
        select t.name || ' by ' || p.privilege, 'append-only by grants: take this privilege away in its migration'
        from unnest($2::text[]) t(name) cross join unnest(array['update', 'delete', 'truncate']) p(privilege)
        where has_table_privilege($1::name, t.name, p.privilege)"""
    return _named("R45", await connection.fetch(query, role, list(append_only)))


async def volatile_functions(connection: asyncpg.Connection, names: Collection[str]) -> set[str]:
    """Those of the named functions that PostgreSQL calls volatile."""
    query = "select distinct proname from pg_proc where proname = any($1) and provolatile = 'v'"
    return {row["proname"] for row in await connection.fetch(query, list(names))}


def _named(rule: str, rows: list[asyncpg.Record]) -> Faults:
    return {f"{rule}: {row[0]}": row[1] for row in rows}
