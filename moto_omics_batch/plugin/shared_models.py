"""Sessions of boto3 and botocore share the parsed model files of the installed packages.

Each mock starts new sessions, and each session reads the same files again: lists of services, the
endpoints of all regions, the model of each service. While `share_models` is active, a session still
has its own loader and its own objects, which it makes from copies of what was read before:

- A model file is parsed once. Each session gets its own objects, from bytes in memory.
- The services in a data directory are listed once.
- The endpoint of a service in a region is computed once; each caller gets its own dict.
- The current names of event names that have an alias are computed once, and whether an event
  handler has a ``**`` parameter.

Only files in the data directories of botocore and boto3 are shared, as long as they do not change.
All other files (``AWS_DATA_PATH``, ``~/.aws/models``, search paths of a loader) are read as usual,
and so are all files by loaders of other classes.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import boto3
import pytest
from botocore import hooks
from botocore.loaders import JSONFileLoader, Loader
from botocore.regions import EndpointResolver
from botocore.session import ComponentLocator, Session

#: The data directories of the installed packages.
_DIRECTORIES = (
    Loader.BUILTIN_DATA_PATH,
    os.path.join(os.path.dirname(boto3.__file__), "data"),
)
#: The most entries of a cache whose keys may contain names that tests invent.
MAX_NAMES = 20_000

#: Size, time of the last change and number of a file.
State = tuple[int, int, int]


def _state(path: str) -> State | None:
    """Return the state of a file of botocore or boto3, None if it is another or does not exist."""
    if not any(path.startswith(directory + os.sep) for directory in _DIRECTORIES):
        return None
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _is_plain(loader: Any) -> bool:
    """Return whether a loader is one of botocore's own classes, and so reads files as they do."""
    return type(loader) is Loader and type(loader.file_loader) is JSONFileLoader


# -- files --

#: Path → state of the file, and the pickled document.
_documents: dict[str, tuple[State, bytes]] = {}


def _load_file(original: Callable[..., Any], file_loader: Any, path: str, open_method: Any) -> Any:
    """Return the document in a file: new objects for each call. None if there is no such file."""
    state = _state(path)
    if state is None:
        return original(file_loader, path, open_method)
    known = _documents.get(path)
    if known is not None and known[0] == state:
        return pickle.loads(known[1])
    document = original(file_loader, path, open_method)
    _documents[path] = state, pickle.dumps(document, pickle.HIGHEST_PROTOCOL)
    return document


# -- lists of services --

#: Data directory and type of model → time of the last change of the directory in nanoseconds, and
#: the names of the services.
_services: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}


def _services_in(original: Callable[..., Any], directory: str, type_name: str) -> tuple[str, ...]:
    """Return the names of the services in a data directory that have this type of model.

    Directories of the installed packages are read again when a service was added or removed.
    """
    alone = Loader(extra_search_paths=[directory], include_default_search_paths=False)
    if directory not in _DIRECTORIES:
        return tuple(original(alone, type_name))
    key, changed = (directory, type_name), os.stat(directory).st_mtime_ns
    known = _services.get(key)
    if known is None or known[0] != changed:
        known = _services[key] = changed, tuple(original(alone, type_name))
    return known[1]


def _list_available_services(original: Callable[..., Any], loader: Any, type_name: str) -> Any:
    """Return the names of all services that have this type of model, sorted."""
    if not _is_plain(loader):
        return original(loader, type_name)
    key = "list_available_services", type_name
    if key not in loader._cache:
        names: set[str] = set()
        for directory in loader._potential_locations():
            names.update(_services_in(original, directory, type_name))
        loader._cache[key] = sorted(names)
    return loader._cache[key]


# -- endpoints --

#: State of the file, name of the method and arguments → the pickled result.
_results: dict[tuple[Any, ...], bytes] = {}


def _shared(name: str) -> Callable[..., Any]:
    """Return a method of `_LazyResolver` whose results are computed once for all sessions."""
    original = getattr(EndpointResolver, name)

    @wraps(original)
    def method(self: _LazyResolver, *args: Any, **kwargs: Any) -> Any:
        if not self.may_share():
            return original(self, *args, **kwargs)
        key = (self.state, name, args, *sorted(kwargs.items()))
        if key not in _results:
            # botocore writes the endpoint into the data, which are therefore used once.
            result = original(EndpointResolver(self.new_data()), *args, **kwargs)
            if len(_results) >= MAX_NAMES or (name == _CONSTRUCT and _is_deprecated(result)):
                return result
            _results[key] = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        return pickle.loads(_results[key])

    return method


_CONSTRUCT = "construct_endpoint"


def _is_deprecated(endpoint: Any) -> bool:
    """Return whether botocore logs a warning whenever this endpoint is used."""
    return endpoint is not None and bool(endpoint.get("deprecated"))


class _LazyResolver(EndpointResolver):
    """Resolves endpoints without data of its own as long as nobody has asked for the data.

    The data are those that the loader of the session returns, as in botocore: a test that changes
    them changes the endpoints of its session, and of no other one.
    """

    def __init__(self, make_default: Callable[[], Any], loader: Any, path: str) -> None:
        self._make_default = make_default
        self._loader = loader
        self._path = path
        self.state = _state(path)
        self.uses_builtin_data = True

    @property
    def _endpoint_data(self) -> Any:
        # The default resolver has the data that the loader keeps.
        return self._make_default()._endpoint_data

    def may_share(self) -> bool:
        """Return whether the data cannot differ from those of other sessions."""
        loaded = ("load_data_with_path", "endpoints") in self._loader._cache
        return not loaded and _state(self._path) == self.state

    def new_data(self) -> Any:
        """Return the content of the file as new objects."""
        return JSONFileLoader().load_file(self._path.removesuffix(".json"))

    construct_endpoint = _shared(_CONSTRUCT)
    get_available_endpoints = _shared("get_available_endpoints")
    get_available_partitions = _shared("get_available_partitions")
    get_partition_dns_suffix = _shared("get_partition_dns_suffix")
    get_partition_for_region = _shared("get_partition_for_region")


def _endpoints_path(loader: Any) -> str | None:
    """Return the path of the endpoints that a loader finds first, None if it is not botocore's."""
    if not _is_plain(loader):
        return None
    for location in loader._potential_locations("endpoints"):
        if loader.file_loader.exists(location):
            path = f"{location}.json"
            return path if _state(path) else None
    return None


def _register_endpoint_resolver(original: Callable[..., Any], session: Any) -> None:
    """Let a session create a resolver without data when it needs one."""
    default = SimpleNamespace(
        get_component=session.get_component, _internal_components=ComponentLocator()
    )
    original(default)

    def make_default() -> Any:
        return default._internal_components.get_component("endpoint_resolver")

    def make() -> Any:
        loader = session.get_component("data_loader")
        path = _endpoints_path(loader)
        return make_default() if path is None else _LazyResolver(make_default, loader, path)

    session._internal_components.lazy_register_component("endpoint_resolver", make)


# -- names of events --

#: Name of an event → its current name, with the aliases that botocore has when it is imported.
_event_names: dict[str, str] = {}
_ALIASES = dict(hooks.EVENT_ALIASES)


def _alias_event_name(original: Callable[..., Any], aliaser: Any, name: str) -> Any:
    """Return the current name of an event."""
    if name in aliaser._alias_name_cache:
        return aliaser._alias_name_cache[name]
    current = original(aliaser, name)
    if aliaser._event_aliases == _ALIASES and len(_event_names) < MAX_NAMES:
        _event_names[name] = current
    return current


def _start_aliaser(original: Callable[..., Any], aliaser: Any, *args: Any, **kwargs: Any) -> None:
    """Initialise an aliaser with the names that are known."""
    original(aliaser, *args, **kwargs)
    if aliaser._event_aliases == _ALIASES:
        aliaser._alias_name_cache.update(_event_names)


# -- event handlers --

#: Function → the name of its ``**`` parameter, None if it has none.
_keywords: WeakKeyDictionary[FunctionType, str | None] = WeakKeyDictionary()


def _accepts_kwargs(original: Callable[..., Any], function: Any) -> Any:
    """Return the name of the ``**`` parameter of an event handler, None if it has none."""
    if type(function) is not FunctionType or hasattr(function, "__signature__"):
        return original(function)
    if function not in _keywords:
        _keywords[function] = original(function)
    return _keywords[function]


# -- on and off --


class _Replacement(NamedTuple):
    """A method or function of botocore, and what is called instead with the original first."""

    owner: Any
    name: str
    function: Callable[..., Any]


_REPLACEMENTS = (
    _Replacement(JSONFileLoader, "_load_file", _load_file),
    _Replacement(Loader, "list_available_services", _list_available_services),
    _Replacement(Session, "_register_endpoint_resolver", _register_endpoint_resolver),
    _Replacement(hooks.EventAliaser, "_alias_event_name", _alias_event_name),
    _Replacement(hooks.EventAliaser, "__init__", _start_aliaser),
    _Replacement(hooks, "accepts_kwargs", _accepts_kwargs),
)


class _Sharing:
    """Replaces methods of botocore while at least one `share_models` is active."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._active = 0
        self._replaced: list[tuple[Any, str, Any, Any]] = []

    def start(self) -> None:
        """Replace the methods of botocore, unless that is done."""
        with self._lock:
            self._active += 1
            if self._active == 1:
                self._replaced = [
                    self._replace(*each) for each in _REPLACEMENTS if each.name in vars(each.owner)
                ]

    def stop(self) -> None:
        """Restore the methods, if this is the last call.

        A method that somebody else has replaced meanwhile is left alone; below it, the method of
        botocore is called.
        """
        with self._lock:
            self._active -= 1
            if self._active == 0:
                for owner, name, original, replacement in self._replaced:
                    if vars(owner).get(name) is replacement:
                        setattr(owner, name, original)

    def _replace(
        self, owner: Any, name: str, function: Callable[..., Any]
    ) -> tuple[Any, str, Any, Any]:
        original = vars(owner)[name]

        @wraps(original)
        def replacement(*args: Any, **kwargs: Any) -> Any:
            if self._active:
                return function(original, *args, **kwargs)
            return original(*args, **kwargs)

        setattr(owner, name, replacement)
        return owner, name, original, replacement


_sharing = _Sharing()


@contextmanager
def share_models() -> Iterator[None]:
    """Let all sessions that are created meanwhile share what was read before.

    Blocks may be nested, and may overlap in threads: the methods of botocore are restored at the
    end of the last one. What was read is kept for the next block.
    """
    _sharing.start()
    try:
        yield
    finally:
        _sharing.stop()


class SharedModels:
    """A feature of the pytest plugin: sessions share models until pytest ends."""

    def __init__(self, config: pytest.Config) -> None:
        _sharing.start()
        config.add_cleanup(_sharing.stop)
