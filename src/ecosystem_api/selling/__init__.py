"""Who may sell what to whom: engagement (rule books and decisions), reviews, deals."""
