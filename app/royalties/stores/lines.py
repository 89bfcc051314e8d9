"""The lines of an uploaded file: hashed, counted, decoded one by one, in bounded memory."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from app.royalties.errors import CellProblem, ReportRefused

LONGEST_LINE = 64 * 1024
"""Bytes. A store's rows have a few hundred."""

LINES_PER_ROW = 100
"""How many lines a quoted cell may run over before the quote counts as never closed."""

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Lines:
    """Iterates over the text lines of a binary stream, line ends kept.

    `number` is the line given last, `is_cut` whether it had no line end, `sha256` the hash of all bytes so far.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._row_began = 0
        self.number = 0
        self.is_cut = False

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def row_starts_on(self) -> int:
        """The line after the one that ended the last row."""
        return self._row_began + 1

    def end_row(self) -> None:
        """Note that a row has been read whole."""
        self._row_began = self.number

    def __iter__(self) -> Iterator[str]:
        while raw := self._stream.readline(LONGEST_LINE + 1):
            self.number += 1
            self._digest.update(raw)
            if self.number - self._row_began > LINES_PER_ROW:
                raise self._refusal("open_quote", "a quote is opened and not closed.", self.row_starts_on)
            if self.number == 1:
                raw = self._without_mark(raw)
            if len(raw) > LONGEST_LINE:
                raise self._refusal("line_too_long", "it is too long to be a row of a sales report.")
            self.is_cut = not raw.endswith(b"\n")
            yield self._decode(raw)

    def _without_mark(self, raw: bytes) -> bytes:
        if raw.startswith(_UTF_16):
            raise self._refusal("not_text", "the file is UTF-16; save it as UTF-8.")
        return raw.removeprefix(_BOM)

    def _decode(self, raw: bytes) -> str:
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise self._refusal("not_text", "this is not UTF-8 text; send the file as the store made it, "
                                            "unpacked.") from error  # fmt: skip
        if "\0" in text:
            raise self._refusal("not_text", "it holds a NUL character; send the file as the store made it.")
        return text

    def _refusal(self, code: str, detail: str, line: int | None = None) -> ReportRefused:
        return ReportRefused.because([CellProblem(line=line or self.number, column=None, code=code, detail=detail)])
