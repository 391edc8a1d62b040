"""What people decided: it ends as facts, and is read as facts."""
