"""Exceptions that hold others: SDKs hide what happened inside their own."""


def chain(error: BaseException | None) -> list[BaseException]:
    """An exception and those inside and behind it, each once."""
    found: list[BaseException] = []
    wanted = [error]
    while wanted:
        each = wanted.pop(0)
        if each is None or any(each is known for known in found):
            continue
        found.append(each)
        wanted += [getattr(each, "inner_exception", None), each.__cause__, each.__context__]
    return found
