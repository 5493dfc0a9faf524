"""What is measured: one file for each, with the database it needs, the work, and the proof that it was done."""
