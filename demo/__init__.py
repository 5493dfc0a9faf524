"""A whole text bank on one machine, with made-up people and a simulated phone network: `bin/demo`."""
