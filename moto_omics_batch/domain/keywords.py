"""Messages for keyword arguments that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


def lists_keywords(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate a function: an unknown keyword argument raises TypeError that lists those known."""
    known = tuple(signature(function).parameters)

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        for name in kwargs:
            if name not in known:
                raise TypeError(unknown_keyword(function.__name__, name, known))
        return function(*args, **kwargs)

    return call


def unknown_keyword(function: str, name: str, known: Iterable[str]) -> str:
    """Return the message for a keyword argument that ``function`` does not have."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}? There are" if close else "there are"
    return f"{function}() has no keyword argument {name!r}; {hint} {', '.join(names)}"
