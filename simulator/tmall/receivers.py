"""Who gets the goods of a trade, and how apps see them: names, numbers and streets are mostly starred out."""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from string import ascii_uppercase
from typing import Any

from simulator.chance import chance, token
from simulator.tmall.trade import Trade

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("伟", "芳", "敏", "静", "磊", "洋", "艳", "勇", "杰", "娟", "子轩", "雨桐", "思远", "佳怡", "浩然", "欣妍")

_WITH_LANDLINE = 0.25


def full_name(buyer: str) -> str:
    """Return the name of *buyer*, who receives what they buy; it follows from the nick."""
    number = int.from_bytes(blake2b(buyer.encode(), digest_size=4, person=b"receiver").digest(), "big")
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]


def buyer_number(buyer: str) -> int:
    """Return the user number of *buyer*; it follows from the nick."""
    return 2_200_000_000_000 + int.from_bytes(blake2b(buyer.encode(), digest_size=4, person=b"number").digest(), "big")


@lru_cache(100_000)
def shown_name(buyer: str) -> str:
    """Return that name as apps see it."""
    return _starred(full_name(buyer))


def oaid(seed: int, trade: Trade) -> str:
    """Return the receiver's number (oaid), by which services know an address that they are not shown."""
    return "1" + token(seed, "oaid", trade.tid, length=43)


@cache
def _places() -> Any:
    from faker.providers.address.zh_CN import Provider  # takes a moment, and only receivers need it

    return Provider


def receiver_of(seed: int, tid: int, buyer: str) -> dict[str, str]:
    """Return who receives trade *tid* of *buyer*, under the platform's names; it follows from all three, unstored."""
    places, dice = _places(), chance(seed, "receiver", tid)
    draw, number = dice.choice, dice.randrange
    found = {
        "receiver_name": full_name(buyer),
        "receiver_country": "中国",
        "receiver_state": draw(list(places.provinces)),
        "receiver_city": draw(places.cities) + draw(places.city_suffixes),
        "receiver_district": draw(places.districts) + "区",
        "receiver_town": draw(places.cities) + "街道",
        "receiver_address": f"{draw(places.cities)}{draw(places.street_suffixes)}{draw(ascii_uppercase)}座",
        "receiver_zip": str(number(100_000, 900_000)),
        "receiver_mobile": f"1{number(3_000_000_000, 10_000_000_000)}",
    }
    if dice.random() < _WITH_LANDLINE:
        found["receiver_phone"] = f"0{number(10, 100)}-{number(10**7, 10**8)}"
    return found


def shown(seed: int, trade: Trade) -> Mapping[str, str]:
    """Return the receiver of *trade* as apps see it."""
    return _shown(seed, trade.tid, trade.buyer)


@lru_cache(4096)
def _shown(seed: int, tid: int, buyer: str) -> Mapping[str, str]:
    return masked(receiver_of(seed, tid, buyer))


def masked(receiver: Mapping[str, str]) -> dict[str, str]:
    """Return *receiver* (the platform's names of its fields) as apps see it."""
    found = dict(receiver)
    for name, value in receiver.items():
        if name == "receiver_name":
            found[name] = _starred(value)
        elif name in ("receiver_mobile", "receiver_phone"):
            found[name] = f"{value[:3]}****{value[-4:]}" if len(value) > 7 else "****"
        elif name == "receiver_address":
            found[name] = value[:2] + "***"
    return found


def _starred(name: str) -> str:
    return name[:1] + "*" * max(1, len(name) - 1)
