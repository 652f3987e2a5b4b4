# SPDX-License-Identifier: Apache-2.0
"""
What the models of all vendors share: types that tolerate what the vendors' backends really send.

A document says what a field should be, a deployment sends what it has: ``1`` for true, ``"7"`` for 7, PHP's ``[]`` for
an empty object, three spellings of time. Each type here reads those; what it still cannot read stays as it came, so
that nothing but a missing identity makes a row unreadable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FiniteFloat,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from airflow_provider_assistants.vendors.rows import parse_time

__all__ = [
    "JSON_TYPES",
    "Array",
    "AssistantModel",
    "Boolean",
    "ColumnKind",
    "Decimal",
    "Flag",
    "Free",
    "Id",
    "Identity",
    "Integer",
    "KeyOrObject",
    "Number",
    "Object",
    "Text",
    "TextIdentity",
    "Time",
    "columns",
]


class ColumnKind(StrEnum):
    """What a field is documented to be on the wire."""

    ID = "id"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    #: Documented as a text that holds a number, or as a number, depending on the document.
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    #: Documented as the number 1 or 0.
    FLAG = "flag"
    #: A text that holds a time.
    TIME = "time"
    OBJECT = "object"
    ARRAY = "array"
    ANY = "any"


#: What JSON decodes to where a field is as documented; null always is. A bool is no integer. PHP encodes an empty object
#: as ``[]``, so an empty list is an object too: users of this table have to check that.
JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    ColumnKind.ID: (int, str),
    ColumnKind.STRING: (str,),
    ColumnKind.INTEGER: (int,),
    ColumnKind.NUMBER: (int, float),
    ColumnKind.DECIMAL: (str, int, float),
    ColumnKind.BOOLEAN: (bool,),
    ColumnKind.FLAG: (int, bool),
    ColumnKind.TIME: (str,),
    ColumnKind.OBJECT: (dict,),
    ColumnKind.ARRAY: (list,),
    ColumnKind.ANY: (object,),
}


@dataclass(frozen=True)
class Documented:
    """Marks a field's type with the kind that the vendor documents."""

    kind: ColumnKind


def _keep_what_does_not_fit(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return value


def _keep_what_changes(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Read numbers: a bool is none, though pydantic makes one of it, and a float may be too coarse for a large integer."""
    if isinstance(value, bool):
        return value
    number = _keep_what_does_not_fit(value, read)
    return value if isinstance(value, int) and number != value else number


def _time(value: Any, _: ValidatorFunctionWrapHandler) -> Any:
    """Read times as all of this package does: pydantic itself takes ``"12"`` for a time in 1970."""
    return parse_time(value) or value


def _object(value: Any) -> Any:
    return {} if value == [] else value


def _as_it_is(value: Any) -> Any:
    return value


_TOLERANT = WrapValidator(_keep_what_does_not_fit)
_TOLERANT_NUMBER = WrapValidator(_keep_what_changes)
#: Pydantic warns where a value is not of the field's type when it dumps a model; here that is expected.
_DUMPED = PlainSerializer(_as_it_is, return_type=Any)

Text = Annotated[str | None, _TOLERANT, _DUMPED, Documented(ColumnKind.STRING)]
Integer = Annotated[int | None, _TOLERANT_NUMBER, _DUMPED, Documented(ColumnKind.INTEGER)]
Number = Annotated[FiniteFloat | None, _TOLERANT_NUMBER, _DUMPED, Documented(ColumnKind.NUMBER)]
Decimal = Annotated[FiniteFloat | None, _TOLERANT_NUMBER, _DUMPED, Documented(ColumnKind.DECIMAL)]
Boolean = Annotated[bool | None, _TOLERANT, _DUMPED, Documented(ColumnKind.BOOLEAN)]
Flag = Annotated[bool | None, _TOLERANT, _DUMPED, Documented(ColumnKind.FLAG)]
Time = Annotated[datetime | None, WrapValidator(_time), _DUMPED, Documented(ColumnKind.TIME)]
Object = Annotated[dict[str, Any] | None, BeforeValidator(_object), _TOLERANT, _DUMPED, Documented(ColumnKind.OBJECT)]
Array = Annotated[list[Any] | None, _TOLERANT, _DUMPED, Documented(ColumnKind.ARRAY)]
Free = Annotated[Any, Documented(ColumnKind.ANY)]
#: Documented as a number, and a text at some deployments.
Id = Annotated[int | str | None, _TOLERANT_NUMBER, _DUMPED, Documented(ColumnKind.ID)]
#: Documented as an object, and only its key at some deployments.
KeyOrObject = Annotated[
    int | str | dict[str, Any] | None,
    BeforeValidator(_object),
    _TOLERANT_NUMBER,
    _DUMPED,
    Documented(ColumnKind.OBJECT),
]


def _identity(value: Any) -> Any:
    if isinstance(value, bool) or value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("a row needs an id")
    return value


Identity = Annotated[int | str, BeforeValidator(_identity), Documented(ColumnKind.ID)]
#: An identity that is documented as a text.
TextIdentity = Annotated[int | str, BeforeValidator(_identity), Documented(ColumnKind.STRING)]


class AssistantModel(BaseModel):
    """
    A row of a listing, of assistants or of anything else; fields that the model does not know are kept as they came.

    Dumping loses nothing: a number that is not finite, which JSON cannot say, is a text in ``model_dump_json()``.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", protected_namespaces=(), ser_json_inf_nan="strings")


def columns(model: type[AssistantModel]) -> dict[str, ColumnKind]:
    """
    Return the documented fields of a model in the document's order, each with its kind.

    Kinds are what the document says of the wire, not what the model reads a value as.
    """
    return {
        name: next((mark.kind for mark in field.metadata if isinstance(mark, Documented)), ColumnKind.ANY)
        for name, field in model.model_fields.items()
    }
