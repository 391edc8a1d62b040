"""What a standing does, carried out once, and who is told what; above all that is published."""
