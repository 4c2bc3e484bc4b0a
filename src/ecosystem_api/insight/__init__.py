"""What we know: metrics, attribution, surveys, scoring."""
