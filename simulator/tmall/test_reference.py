"""The reference of methods tells each one, how far it goes, and how sure that is."""

from simulator.tmall.method import surface
from simulator.tmall.reference import PAGE, page


def test_every_method_is_told_with_its_state() -> None:
    text = page(surface())

    for method in surface().methods.values():
        assert f"\n## {method.name}\n" in text
        assert f"`]({'#' + method.name.replace('.', '')}) | {method.state} |" in text
        assert method.missing in text
        assert all(behaviour in text for found in method.behaviours.values() for behaviour in found)
    assert all(f"\n* `{name}`" in text for name in surface().known)


def test_parameters_are_told_with_their_limits() -> None:
    text = page(surface())

    assert "**fields** (fields, at most 100), status (string, WAIT_SELLER_AGREE or " in text
    assert "page_size (number, from 1, to 100, else 40), use_has_next (boolean, else false)" in text
    assert "refund_phase (string, onsale or aftersale, B)" in text
    assert "results (list of refund_mapping_result RefundMappingResult)" in text


def test_the_page_in_the_docs_is_this_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(surface()), "run python -m simulator.tmall.reference"
