"""Probe: a profile drafted from a small sample of a portal, each key with the evidence for it."""
