"""Deal registrations: a partner asks for time-limited rights on an opportunity, and is told what was decided and why.

Used by partners (draft, submit, follow), by the vendor's reviewers (approve, reject, return, extend, revoke) and by the
worker (protection ends, the queue moves). The rules that judge are in `selling/engagement`; customers in
`market/accounts`.
"""
