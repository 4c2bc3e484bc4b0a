"""What is sold and to whom: products, accounts (the end customers)."""
