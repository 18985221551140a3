"""Seeded chance: every draw follows from (seed, what it is for, number), never from global randomness."""

import hashlib
import random
from functools import lru_cache


def chance(seed: int, *about: object) -> random.Random:
    """Return a generator of its own for *about*; equal arguments give equal draws on every machine."""
    digest = hashlib.blake2b(repr((seed, *map(str, about))).encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest, "big"))


@lru_cache(maxsize=256, typed=True)
def token(seed: int, *about: object, length: int = 32) -> str:
    """Return *length* hexadecimal characters that follow from (seed, *about*)."""
    return hashlib.blake2b(repr((seed, *map(str, about))).encode(), digest_size=64).hexdigest()[:length]
