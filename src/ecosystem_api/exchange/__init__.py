"""What enters and leaves: the event feed, bulk import."""
