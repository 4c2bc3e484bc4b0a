"""The schema's history: one line of steps, each of which can be taken back."""

from alembic.script import ScriptDirectory

from tests.house.checks import Faults

LEFTOVERS = """
    select c.relname as name, 'a relation' as kind from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
    and c.relname <> 'alembic_version'
    and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    union all select typname, 'a type' from pg_type t
    where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
    union all select proname, 'a function' from pg_proc p where pronamespace = 'public'::regnamespace
    and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all select polname, 'a policy' from pg_policy
"""


def one_line(scripts: ScriptDirectory) -> Faults:
    """There is exactly one head and one base, and no step has two parents."""
    faults: Faults = {}
    if len(scripts.get_heads()) != 1:
        faults["heads"] = f"{', '.join(scripts.get_heads()) or 'none'}: put one step after the other (down_revision)"
    if len(scripts.get_bases()) != 1:
        faults["bases"] = f"{', '.join(scripts.get_bases()) or 'none'}: only the first step has no down_revision"
    for step in scripts.walk_revisions():
        if isinstance(step.down_revision, tuple):
            faults[step.revision] = "is a merge: steps follow each other"
        if not (step.module.__doc__ or "").strip():
            faults[step.revision] = "says nothing: its docstring tells what changes and why it is safe"
    return faults
