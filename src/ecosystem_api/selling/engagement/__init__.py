"""Rules of engagement in force, and the record of every decision made by them or by a person.

Used by deals (and whoever must say yes, no or not yet): it loads nothing about a deal, it judges the facts it is given
and keeps what was decided, why, by which book, and from which snapshot. The engine itself is `ecosystem_api.rules`.
"""
