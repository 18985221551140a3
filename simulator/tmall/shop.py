"""A shop, its app and its two sessions. The secrets themselves live in the vault; the row holds their tokens."""

import msgspec


class Address(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An entry of the seller's address book."""

    contact_id: int
    contact_name: str
    province: str
    city: str
    country: str
    """District, in the platform's words `country`."""
    addr: str
    zip_code: str = ""
    phone: str = ""
    mobile_phone: str = ""
    send_def: bool = False
    get_def: bool = False
    cancel_def: bool = False
    """The default return address."""
    area_id: int = 0
    """The district's division code."""
    town: str = ""
    memo: str = ""

    @property
    def text(self) -> str:
        """The address as buyers read it."""
        return self.told()

    def told(self, place: str = "", post: str = "", mobile: str = "") -> str:
        """Return the address as buyers read it, with a *place*, post code or number that a call gave instead."""
        place = place or f"{self.province}{self.city}{self.country}{self.addr}"
        return " ".join(
            word for word in (place, post, self.contact_name, mobile or self.mobile_phone or self.phone) if word
        )


class Shop(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A Tmall (type B) or Taobao (type C) shop, born with a main and a sub-account session."""

    nick: str
    user_id: int
    type: str = "B"
    app_key: str = ""
    app_secret: str = ""
    """Token of the secret."""
    session: str = ""
    """Token of the main session."""
    sub_session: str = ""
    """Token of the sub-account session."""
    addresses: tuple[Address, ...] = ()
    ag: bool = False
    """Whether the shop has AG: the platform pays by itself once told that the goods stayed, or are back."""


def addresses_of(number: int) -> tuple[Address, ...]:
    """Return the address book with which the shop of that *number* is born."""
    # Two, and the default return address is not the first: taking the first one is a mistake seen in the field.
    base = 810000 + number * 10
    return (
        Address(
            contact_id=base + 1,
            contact_name="发货仓",
            province="浙江省",
            city="杭州市",
            country="余杭区",
            addr="文一西路969号1号仓",
            zip_code="311121",
            mobile_phone="13800000001",
            area_id=330110,
            town="五常街道",
            send_def=True,
            get_def=True,
        ),
        Address(
            contact_id=base + 2,
            contact_name="退货仓",
            province="浙江省",
            city="嘉兴市",
            country="南湖区",
            addr="余新镇工业园2号仓",
            zip_code="314009",
            mobile_phone="13800000002",
            area_id=330402,
            town="余新镇",
            memo="退货专用",
            cancel_def=True,
        ),
    )
