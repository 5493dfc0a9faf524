"""`bin/bench`: how fast a started Textbank is, what it costs, and whether anything was lost or doubled."""
