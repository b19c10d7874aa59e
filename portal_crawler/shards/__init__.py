"""One crawl by several processes: each fetches the hosts of its shard, and at the end their folders become one."""
