"""Who plays: the companies, the people, the products and what they say. All of them are fictional."""
