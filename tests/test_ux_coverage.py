"""docs/ux-coverage.md says what is true: every must has a test with its id in the name, or a reason why not."""

from tests.ux.coverage import PAGE, argued, page, proofs, statements


def test_every_statement_has_a_test_or_a_reason() -> None:
    known = {each.id for each in statements()}
    assert known - set(proofs()) - set(argued()) == set()
    assert set(argued()) <= known


def test_what_is_argued_away_has_no_test_after_all() -> None:
    assert set(argued()) & set(proofs()) == set()


def test_no_test_carries_an_id_that_is_no_statement() -> None:
    groups = {each.id[:2] for each in statements()}
    known = {each.id for each in statements()}
    assert {each for each in proofs() if each[:2] in groups} - known == set()


def test_the_page_is_the_one_that_the_script_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
