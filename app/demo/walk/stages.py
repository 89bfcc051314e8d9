"""The stages of the walk in their order."""

from collections.abc import Callable, Sequence

from app.demo.walk import (
    afterwards,
    amending,
    approving,
    bargain,
    counting,
    end,
    hearing,
    listing,
    marks,
    paper,
    royalty,
    stopping,
    use,
)
from app.demo.walk.road import Road

Step = Callable[[Road], None]

STAGES: Sequence[tuple[str, Sequence[Step]]] = (
    ("1  An estate lists a likeness", (listing.list_package,)),
    ("2  A studio asks what is free", (listing.search_and_ask,)),
    ("3  They bargain and sign", (bargain.sign, paper.check_contract)),
    ("4  The fee is paid", (bargain.pay_fee,)),
    (
        "5  The license is used",
        (
            use.ask_for_decisions,
            use.ask_about_many,
            use.fetch_file,
            use.check_credential,
            use.check_build,
            counting.spend_quota,
            marks.stamp_picture,
            hearing.hear,
            hearing.read_record,
            amending.amend,
            stopping.stop_and_cure,
        ),
    ),
    ("6  A quarter's sales are reported", (royalty.open_accounts, royalty.report_sales)),
    ("7  The royalty reaches the heirs", (royalty.pay_royalty,)),
    (
        "8  The license ends",
        (
            end.let_it_end,
            marks.check_picture_again,
            approving.approve_patch,
            royalty.report_late,
            afterwards.wind_down,
        ),
    ),
)
