"""Tables of executed contracts and the files made of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import ID_LENGTH, text_field


class Contract(SQLModel, table=True):
    """What was executed with a deal: terms, signatures, and what was known of the law."""

    __tablename__ = "contract"

    deal_id: str = Field(foreign_key="deal.id", primary_key=True, max_length=ID_LENGTH)
    contract_json: str = text_field()
    """Canonical JSON, byte for byte what the hash is of; see `app.negotiation.contract.document`."""
    contract_sha256: str = Field(max_length=64, unique=True)


class ContractFile(SQLModel, table=True):
    """The one PDF of a contract. A later layout never changes a file that somebody holds."""

    __tablename__ = "contract_file"
    __table_args__ = (sa.UniqueConstraint("sha256"),)

    deal_id: str = Field(foreign_key="contract.deal_id", primary_key=True, max_length=ID_LENGTH)
    sha256: str = Field(max_length=64)
    """Of the bytes in the asset store."""
    size_bytes: int
    rendered_at: datetime


for _model in (Contract, ContractFile):
    append_only(_model)
