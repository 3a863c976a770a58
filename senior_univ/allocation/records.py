"""The document of a draw: what went in and what came out, without people, so that anybody can run it again. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l

from senior_univ.allocation.draw import Draw, DrawnClass, Given, Party, Terms, draw, hash_of, seed_of

FORMAT = 1
Document = dict[str, Any]


def document_of(
    facts: Document,
    classes: Iterable[DrawnClass],
    titles: dict[int, str],
    parties: Sequence[Party],
    terms: Terms,
    drawn: Draw,
) -> Document:
    """Everything about a draw as plain JSON; ``facts`` has name, secret, secret_hash, public_number_name, public_number.

    Each party is [numbers, wishes as [class, pass], wheelchairs, escorts, 1 for newcomers], each place given is
    [numbers, class, rank of the wish, pass].
    """
    numbers = sorted(number for party in parties for number in party.numbers)
    return {
        "format": FORMAT,
        **facts,
        "newcomers_share": terms.newcomers_share,
        "most_classes": terms.most_classes,
        "seed": seed_of(facts["secret"], facts["public_number"], numbers),
        "application_numbers": numbers,
        "classes": [asdict(each) | {"title": titles[each.number]} for each in classes],
        "parties": [_party_row(each) for each in sorted(parties, key=lambda party: party.numbers)],
        "order": [list(each) for each in drawn.order],
        "given": [[list(each.numbers), each.class_number, each.rank, each.draw_pass] for each in drawn.given],
    }


def _party_row(party: Party) -> list[Any]:
    wishes = [list(wish) for wish in party.wishes]
    return [list(party.numbers), wishes, party.wheelchairs, party.escorts, int(party.is_newcomer)]


def _party(row: Sequence[Any]) -> Party:
    numbers, wishes, wheelchairs, escorts, is_newcomer = row
    pairs = tuple((int(number), int(opens)) for number, opens in wishes)
    return Party(tuple(map(str, numbers)), pairs, int(wheelchairs), int(escorts), bool(is_newcomer))


def _class(row: Document) -> DrawnClass:
    return DrawnClass(**{key: value for key, value in row.items() if key != "title"})


def draw_again(document: Document) -> Draw:
    """Run a document's draw anew; KeyError, TypeError or ValueError where it is none."""
    terms = Terms(int(document["newcomers_share"]), int(document["most_classes"]))
    parties = [_party(row) for row in document["parties"]]
    seed = seed_of(str(document["secret"]), str(document["public_number"]), document["application_numbers"])
    return draw([_class(row) for row in document["classes"]], parties, terms, seed)


def disagreements(document: Document) -> list[Any]:
    """What in a document does not agree with its draw run anew, in lazy words; nothing where all is right."""
    try:
        drawn = draw_again(document)
        checks = _checks(document, drawn)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [_l("This is not the record of an allocation day.")]
    return [words for is_right, words in checks if not is_right]


def _checks(document: Document, drawn: Draw) -> list[tuple[bool, Any]]:
    given = [Given(tuple(numbers), *rest) for numbers, *rest in document["given"]]
    listed = sorted(number for party in document["parties"] for number in party[0])
    seed = seed_of(document["secret"], document["public_number"], document["application_numbers"])
    return [
        (hash_of(document["secret"]) == document["secret_hash"], _l("The secret is not the one that was promised.")),
        (listed == sorted(document["application_numbers"]), _l("The list of application numbers is not complete.")),
        (seed == document["seed"], _l("The seed is not made as it should be.")),
        ([list(each) for each in drawn.order] == document["order"], _l("The order is another one.")),
        (list(drawn.given) == given, _l("The places given are others.")),
    ]
