"""Textbank: peer-to-peer texting for campaigns and non-profits."""
