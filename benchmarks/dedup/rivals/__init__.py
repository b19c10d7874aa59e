"""Other ways to find near-duplicates. Each module has ``copies(texts)``: for each text the place of the first one that
it repeats, or ``None``.
"""
