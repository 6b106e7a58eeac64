"""Variant stores (A20 to A28): CreateVariantStore, GetVariantStore, ListVariantStores,
UpdateVariantStore, DeleteVariantStore."""

from __future__ import annotations

from typing import ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ..collection import Kind
from .stores import StoreModel, Stores


class VariantStore(StoreModel, BaseModel):
    """A variant store."""


class VariantStores(Stores[VariantStore]):
    """The variant stores of an account and region."""

    KIND: ClassVar[Kind[VariantStore]] = Kind(
        label="Variant store",
        arn="variantStore",
        model=VariantStore,
        lifecycle=tables.VARIANT_STORE,
        create="CreateVariantStore",
        list="ListVariantStores",
        key="name",
        filter=("status",),
        progression_key="variant_store",
        event="Variant Store Status Change",
    )
    PREFIX = "variant_store"
