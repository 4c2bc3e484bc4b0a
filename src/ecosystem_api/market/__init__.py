"""What is sold, to whom and in which hours: products, accounts (end customers) recognised and merged, calendars."""
