"""The two group roles that policies and grants name. They are the cluster's, so no dump of a database holds them."""

from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE

# Another installation of the cluster may make them in the same instant, or have made them as an owner that this one
# is not: membership is only granted where it is missing.
ROLE_STATEMENTS = (
    *(
        f"do $$ begin create role {role} nologin nosuperuser nobypassrls; "
        "exception when duplicate_object or unique_violation then null; end $$"
        for role in (APP_ROLE, WORKER_ROLE)
    ),
    f"do $$ begin if not pg_has_role('{WORKER_ROLE}', '{APP_ROLE}', 'member') then "
    f"grant {APP_ROLE} to {WORKER_ROLE}; end if; "
    f"exception when others then if not pg_has_role('{WORKER_ROLE}', '{APP_ROLE}', 'member') "
    "then raise; end if; end $$",
)
