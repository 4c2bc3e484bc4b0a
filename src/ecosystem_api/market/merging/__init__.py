"""Two accounts that are one customer become one, and one that is two is parted; both can be undone.

Used by the vendor's people, who alone decide it, and asked for the record of what was merged by whom. What makes two
accounts look alike is `market/recognition`; what follows an account to another, each room says for itself.
"""
