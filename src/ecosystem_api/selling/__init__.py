"""Who may sell what to whom: engagement (rule books and decisions), reviews, claims, deals, more time and changes."""
