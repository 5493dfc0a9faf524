from textbank.conftest import Cast


def test_an_owner_and_an_admin_are_staff_and_a_volunteer_is_not(cast: Cast) -> None:
    assert cast.olivia.is_staff_member
    assert cast.adam.is_staff_member
    assert not cast.vera.is_staff_member
