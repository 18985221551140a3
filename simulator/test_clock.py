"""Texts of the platform's time: read fast where they are written as usual, and as they always were where not."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import GMT8, TEXT, from_text, to_text

CHARACTERS = st.text("0123456789-: W+TZ.", min_size=19, max_size=19)
NEARLY = st.from_regex(r"\d{4}-[0-9W ]\d-\d\d[ T][0-9 ]\d:[0-9+]\d:\d[0-9.]", fullmatch=True)


@given(st.integers(-62_000_000_000, 250_000_000_000))
def test_every_second_is_read_as_it_was_written(seconds: int) -> None:
    assert from_text(to_text(seconds).rjust(19, "0")) == seconds


@given(CHARACTERS | NEARLY)
def test_whatever_else_it_is_the_reader_of_the_standard_library_has_the_last_word(text: str) -> None:
    try:
        right = int(datetime.strptime(text, TEXT).replace(tzinfo=GMT8).timestamp())
    except ValueError:
        with pytest.raises(ValueError, match=r".*"):
            from_text(text)
    else:
        assert from_text(text) == right
