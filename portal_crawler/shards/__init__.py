"""One crawl by several processes: each fetches the hosts of its shard, and at the end their folders become one."""

MOST_JOBS = 64
"""Each shard looks into the outboxes of all others: beyond this they would do little else."""
