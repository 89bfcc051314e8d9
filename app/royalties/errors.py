"""Why a report, a run or a statement was refused."""

from app.values.errors import DomainError, FieldProblem


class ReportRefused(DomainError):
    """The file cannot be read as what it claims to be. `line` and `column` name the first place."""

    status = 422
    code = "report_refused"

    @classmethod
    def because(cls, problems: list["CellProblem"], *, more: bool = False) -> "ReportRefused":
        """Name every problem found; `more` says that the reading stopped there."""
        count = f"{len(problems)} problems were found" if len(problems) > 1 else "One problem was found"
        return cls(
            f"{count}{' and the reading stopped there' if more else ''}; the first: {problems[0].detail} "
            "Nothing was stored: correct the file and send it again.",
            problems=tuple(problem.as_field_problem() for problem in problems),
            line=problems[0].line,
            column=problems[0].column,
        )


class CellProblem(Exception):
    """One thing wrong at one place of the file; `column` is None where a whole line is wrong."""

    def __init__(self, *, line: int, column: str | None, code: str, detail: str) -> None:
        place = f'Line {line}, column "{column}"' if column else f"Line {line}"
        self.line, self.column, self.code, self.detail = line, column, code, f"{place}: {detail}"
        super().__init__(self.detail)

    def as_field_problem(self) -> FieldProblem:
        step = (self.column or "").replace("~", "~0").replace("/", "~1")
        return FieldProblem(f"/file/{self.line}" + (f"/{step}" if step else ""), self.code, self.detail)


class PeriodNotOver(DomainError):
    """What is still going on can be neither reported nor stated."""

    code = "period_not_over"


class AlreadyReported(DomainError):
    """There is an original report for these days."""

    code = "already_reported"


class NothingToCorrect(DomainError):
    """An addendum or a replacement needs an original for exactly its period."""

    code = "nothing_to_correct"


class CurrencyNotAgreed(DomainError):
    """The store reports in another currency than the deal's royalty."""

    code = "currency_not_agreed"
