"""What is sold, to whom and in which hours: products, accounts (the end customers), calendars."""
