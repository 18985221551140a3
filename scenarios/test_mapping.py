"""The mapping of an ERP's fields: what a target may say of it, how mistakes are told, how a wrong one is noticed."""

from pathlib import Path

import msgspec
import pytest

from scenarios.mapping_check import misfits
from scenarios.target import read_target, read_target_text
from simulator.erp import canonical, registry
from simulator.erp.document import Document
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration
from simulator.ledger.mapping import Mapped, Mapping
from simulator.tmall.refund import Refund

OWN = """\
name: mine
erp:
  profile: jiandaoyun
  mapping:
    form:
      widgets:
        - {name: tk, type: text}
        - {name: je, type: number}
        - {name: zt, type: combo}
        - {name: sh, type: radiogroup}
    fields:
      refund_id: tk
      amount: {field: je, unit: fen}
      status: {field: zt, values: {新: pending, 完: refunded}}
      decision: {field: sh, values: {行: approve}}
"""
REFUND = msgspec.convert(
    {
        "refund_id": "192837465019283746",
        "shop": "a",
        "tid": 1,
        "oid": 2,
        "amount": 8880,
        "total": 9900,
        "kind": "refund_only",
        "status": "WAIT_SELLER_AGREE",
        "phase": "onsale",
    },
    Refund,
)


def test_a_form_of_ones_own_means_only_what_is_said() -> None:
    declared = read_target_text(OWN).declaration
    assert declared.mapping is not None

    fields = declared.mapping.fields

    assert set(fields) == {"refund_id", "amount", "status", "decision"}
    assert (fields["amount"].field, fields["amount"].unit) == ("je", "fen")
    assert fields["status"].theirs("refunded") == "完"
    assert msgspec.json.decode(msgspec.json.encode(declared), type=Declaration) == declared


def test_without_a_form_single_fields_take_the_place_of_the_profiles() -> None:
    text = "name: a\nerp:\n  profile: jiandaoyun\n  mapping: {fields: {amount: {field: refund_fee, unit: fen}}}\n"

    found = read_target_text(text).declaration.mapping

    assert found is not None
    assert found.fields["amount"] == Mapped("refund_fee", "fen")
    assert found.fields["refund_id"] == registry.profile("jiandaoyun").mapping().fields["refund_id"]


def test_a_mapping_can_be_a_file_beside_the_target(tmp_path: Path) -> None:
    (tmp_path / "fields.yaml").write_text("fields:\n  amount: {field: refund_fe, unit: yuan}\n", encoding="utf-8")
    target = tmp_path / "target.yaml"
    target.write_text("name: a\nerp: {profile: jiandaoyun, mapping: fields.yaml}\n", encoding="utf-8")

    with pytest.raises(UserError, match="Did you mean refund_fee") as found:
        read_target(target)

    assert found.value.where == f"{tmp_path / 'fields.yaml'}:2"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("refund_id: tk", "refund_id: tkk", "target:12: tkk is not a known field of the ERP. Did you mean tk?"),
        ("unit: fen", "unit: cent", "target:13: cent is not a known unit. Known: fen, yuan."),
        ("完: refunded", "完: paid", "target:14: paid is not a known meaning of status."),
        (
            "decision: {field",
            "decison: {field",
            "target:15: decison is not a known key of fields. Did you mean decision?",
        ),
        ("name: je, type: number", "name: je, type: money", "target:8: money is no type of widget (je). Known: text, "),
        ("{name: zt, type: combo}", "{type: combo}", "target:9: widget 3 of the form has no name."),
        ("      refund_id: tk\n", "", "the mapping has no refund_id. Write fields: {refund_id: NAME_OF_THE_FIELD}."),
        ("profile: jiandaoyun", "profile: generic", "profile generic fixes what its fields mean. Leave mapping out."),
        ("refund_id: tk", "refund_id: {field: tk, unit: fen}", "target:12: refund_id has no unit."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_known(old: str, new: str, told: str) -> None:
    with pytest.raises(UserError) as found:
        read_target_text(OWN.replace(old, new, 1))

    assert told in str(found.value)


def _document(**raw: object) -> Document:
    mapping = _mapping()
    content = canonical.read(raw, mapping)
    return Document(id="D1", external="x", **{"shop": "a", **content}, raw=dict(raw))


def _mapping() -> Mapping:
    found = read_target_text(OWN).declaration.mapping
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"tk": REFUND.refund_id, "je": 8880, "zt": "新"}, []),
        ({"tk": REFUND.refund_id, "je": 88.8, "zt": "新"}, [("map_unit", "yuan")]),
        ({"tk": REFUND.refund_id, "je": 1, "zt": "新", "sh": 8880}, [("map_amount", "sh")]),
        ({"tk": "T1", "sh": REFUND.refund_id, "je": 8880, "zt": "新"}, [("map_elsewhere", "sh")]),
        ({"tk": "T1", "sh": REFUND.refund_id, "x": REFUND.refund_id}, [("map_ambiguous", "sh, x")]),
        ({"tk": "T1"}, [("map_nowhere", "")]),
        ({"tk": str(int(float(REFUND.refund_id)))}, [("map_rounded", "")]),
        ({"tk": REFUND.refund_id, "je": 8880, "zt": "待审"}, [("map_word", "")]),
    ],
)
def test_the_first_documents_show_a_mapping_that_does_not_fit(
    raw: dict[str, object], told: list[tuple[str, str]]
) -> None:
    found = misfits([_document(**raw)], {REFUND.refund_id: REFUND}, _mapping())

    said = [
        (ident, values.get("other") or (values.get("others") if ident != "map_unit" else "") or "")
        for ident, values in found
    ]
    assert said == told
