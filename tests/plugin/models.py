"""The model files of botocore, and sessions that read them, for the tests of shared models."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import OrderedDict
from pathlib import Path
from typing import Any

import botocore
from boto3.session import Session as BotoSession

DATA = Path(botocore.__file__).parent / "data"
MODEL = next((DATA / "omics").iterdir()) / "service-2.json.gz"


def new_session() -> Any:
    """Return a session as boto3 creates one, with the search path that it adds."""
    return BotoSession(region_name="us-east-1")._session


def loader_of(session: Any) -> Any:
    return session.get_component("data_loader")


def on_disk(path: Path) -> Any:
    """Return the content of a model file as botocore would parse it."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return json.loads(text, object_pairs_hook=OrderedDict)


def types_of(value: Any) -> Any:
    """Return a value as nested tuples with the types of all containers."""
    if isinstance(value, dict):
        return type(value), tuple((key, types_of(each)) for key, each in value.items())
    if isinstance(value, list):
        return type(value), tuple(types_of(each) for each in value)
    return type(value), value


def resolver_of(session: Any) -> Any:
    return session._get_internal_component("endpoint_resolver")


def copy_model(folder: Path, service: str, title: str) -> Path:
    """Copy the model of HealthOmics under another name of a service, and return its path."""
    version = folder / service / MODEL.parent.name
    version.mkdir(parents=True, exist_ok=True)
    for file in MODEL.parent.iterdir():
        shutil.copy(file, version)
    model = on_disk(MODEL)
    model["metadata"]["serviceFullName"] = title
    (version / MODEL.name).unlink()
    path = version / "service-2.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    return path


def title_of(session: Any, service: str = "omics") -> str:
    return str(session.get_service_model(service).metadata["serviceFullName"])


AMAZON = "Amazon Omics"
