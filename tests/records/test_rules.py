from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from senior_univ.records import rules

DIGITS = st.text("0123456789", min_size=11, max_size=11)


@given(DIGITS, st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(digits, place, other):
    number = digits + rules.check_digit(digits)
    wrong = str((int(number[place]) + other) % 10)
    assert rules.is_number(number)
    assert not rules.is_number(number[:place] + wrong + number[place + 1 :])


@given(DIGITS, st.integers(0, 10))
def test_two_neighbours_swapped_are_noticed(digits, place):
    number = digits + rules.check_digit(digits)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert rules.is_number(swapped) == (swapped == number)


@given(st.text())
def test_whatever_is_typed_is_read_without_a_stumble(text):
    number = rules.read_number(text)
    assert not rules.is_number(number) or (len(number) == 12 and number.isascii())


def test_numbers_are_good_never_twice_the_same_and_read_back_as_they_are_printed():
    numbers = {rules.new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(rules.is_number(rules.read_number(rules.number_words(number))) for number in numbers)


@given(st.integers(0, 200), st.integers(0, 200))
def test_two_of_three_lessons_earn_a_certificate(attended, held):
    attended = min(attended, held)
    earned = rules.has_earned(attended, held)
    assert earned == (held > 0 and Fraction(attended, held) >= Fraction(2, 3))
    assert not earned or rules.has_earned(attended + 1, held)


def test_a_class_without_a_roll_earns_none():
    assert not rules.has_earned(0, 0)


@given(st.lists(st.integers(15, 480)), st.randoms(use_true_random=False))
def test_hours_are_whole_lose_less_than_one_and_do_not_depend_on_the_order(minutes, random):
    hours = rules.hours_of(minutes)
    assert 0 <= sum(minutes) - 45 * hours < 45
    assert hours >= sum(rules.hours_of([each]) for each in minutes)
    shuffled = list(minutes)
    random.shuffle(shuffled)
    assert rules.hours_of(shuffled) == hours


@given(st.text(min_size=1, max_size=80))
def test_a_masked_name_shows_its_first_character_alone(name):
    masked = rules.masked_name(name)
    assert len(masked) == len(name)
    assert masked == name[0] + "*" * (len(name) - 1)


def test_how_it_was_is_asked_on_the_day_and_on_the_next():
    day = date(2026, 3, 10)
    asked = [rules.may_say(day, None, day + timedelta(days)) for days in (-1, 0, 1, 2)]
    assert asked == [False, True, True, False]


def test_an_answer_is_changed_on_its_own_day_alone():
    day = date(2026, 3, 10)
    assert rules.may_say(day, day, day)
    assert not rules.may_say(day, day, day + timedelta(1))
    assert rules.may_say(day, day + timedelta(1), day + timedelta(1))
