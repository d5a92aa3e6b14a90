"""What comes in: RawTicket, and how it is refused."""

import json
import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
    model_validator,
)

from handler.domain import document
from handler.domain.errors import InvalidTicket, TicketTooLarge

TICKET_ID = "[A-Za-z0-9._:-]{1,128}"
MAX_SUBJECT = 1_000
MAX_BODY = 100_000
MAX_UNIX_SECONDS = 253_402_300_799  # 9999-12-31T23:59:59Z, the last second that ISO 8601 can name

Priority = Literal["critical", "high", "medium", "low"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _without_surrogates(value: object) -> object:
    """JSON can spell half a surrogate pair; UTF-8 cannot, so S3 and DynamoDB would refuse it."""
    if isinstance(value, list):
        return [_without_surrogates(entry) if isinstance(entry, str) else entry for entry in value]
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


UnixSeconds = Annotated[StrictInt, Field(ge=0, le=MAX_UNIX_SECONDS)]


class Frozen(BaseModel):
    """A model that does not change, and whose errors quote no input."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _FromOutside(Frozen):
    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: object) -> object:
        return _without_surrogates(value)


class Metadata(_FromOutside):
    """Where a ticket came from; all of it is optional."""

    source: StrictStr | None = None
    language: StrictStr = "en"
    tags: tuple[StrictStr, ...] = ()


class RawTicket(_FromOutside):
    """A support ticket as the customer's system wrote it. Unknown fields are ignored."""

    ticket_id: Annotated[StrictStr, Field(pattern=f"^{TICKET_ID}$")]
    subject: Annotated[StrictStr, Field(max_length=MAX_SUBJECT)]
    body: Annotated[StrictStr, Field(max_length=MAX_BODY)]
    priority: Priority | None = None
    created_at: UnixSeconds
    customer_id: Annotated[StrictStr, Field(min_length=1, max_length=128)]
    metadata: Metadata | None = None
    updated_at: UnixSeconds | None = None

    @field_validator("ticket_id")
    @classmethod
    def _not_a_relative_path(cls, value: str) -> str:
        if value in {".", ".."}:
            raise ValueError("must not be a relative path")
        return value

    @field_validator("created_at", "updated_at", mode="before")
    @classmethod
    def _not_milliseconds(cls, value: object) -> object:
        if isinstance(value, int) and value > MAX_UNIX_SECONDS:
            raise ValueError("must be Unix seconds; this looks like milliseconds")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> "RawTicket":
        if not self.subject.strip() and not self.body.strip():
            raise ValueError("subject and body must not both be blank")
        return self

    @property
    def written_on(self) -> date | None:
        """The day in UTC; None where created_at is 0, which says that nobody knows."""
        return datetime.fromtimestamp(self.created_at, UTC).date() if self.created_at else None

    def canonical_json(self) -> str:
        """One spelling for one content: sorted keys, fields that hold their default left out."""
        return json.dumps(self.model_dump(exclude_defaults=True), sort_keys=True, separators=(",", ":"))


def parse_ticket(text: str | bytes) -> RawTicket:
    """The ticket that ``text`` holds. Raises InvalidTicket or TicketTooLarge, each naming the field."""
    try:
        value = document.parse(text)
    except document.NotJson as error:
        refusal = InvalidTicket(f"the ticket {error}")
    else:
        return ticket_from(value)
    raise refusal  # out here: chained to another error it would keep what that one holds alive


def ticket_from(value: object) -> RawTicket:
    """The ticket in an already parsed JSON value. Raises as parse_ticket does."""
    try:
        return RawTicket.model_validate(value)
    except ValidationError as error:
        refusal = _translate(error, _valid_id(value))
    raise refusal  # out here, as above: pydantic's error holds the whole ticket


def _valid_id(value: object) -> str | None:
    """The id of what is no valid ticket, if that at least is one."""
    ticket_id = value.get("ticket_id") if isinstance(value, dict) else None
    return ticket_id if isinstance(ticket_id, str) and re.fullmatch(TICKET_ID, ticket_id) else None


def _translate(error: ValidationError, ticket_id: str | None) -> InvalidTicket | TicketTooLarge:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(map(str, first["loc"]))
    reason = first["msg"].removeprefix("Value error, ")
    kind = TicketTooLarge if (field, first["type"]) == ("body", "string_too_long") else InvalidTicket
    return kind(f"{field or 'the ticket'}: {reason}", field=field, ticket_id=ticket_id)
