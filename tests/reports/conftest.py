from tests.say import say

__all__ = ["say"]
