"""Who may sell what to whom: end customers, the rules of engagement, deal registrations, conflicts and leads."""
