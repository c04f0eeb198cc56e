from tests.concurrency.database import own_database, own_url
from tests.say import say

__all__ = ["own_database", "own_url", "say"]
