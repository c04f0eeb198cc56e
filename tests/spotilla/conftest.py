from tests.concurrency.database import migrated_url, own_url
from tests.say import say

__all__ = ["migrated_url", "own_url", "say"]
