"""Messages for keyword arguments that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


def lists_keywords(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate a function: an unknown keyword argument raises TypeError that lists those known.

    For ``__init__`` the message has the name of the class.
    """
    names = function.__qualname__.split(".")
    called = names[-2] if names[-1] == "__init__" else names[-1]
    known = tuple(name for name in signature(function).parameters if name != "self")

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        # pytest shows the line of the test instead of this one.
        __tracebackhide__ = True
        for name in kwargs:
            if name not in known:
                raise TypeError(unknown_keyword(called, name, known))
        return function(*args, **kwargs)

    return call


def unknown_keyword(function: str, name: str, known: Iterable[str]) -> str:
    """Return the message for a keyword argument that ``function`` does not have."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}? There are" if close else "there are"
    return f"{function}() has no keyword argument {name!r}; {hint} {', '.join(names)}"
