"""Who may sell what to whom: products, accounts, engagement (rule books and decisions), deals."""
