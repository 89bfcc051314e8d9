"""Steam's sales report as CSV: a `sep=,` line, a banner, an empty line, then the rows.

Returns stand in the row of the sale as negative units and negative money. `Retail` rows are activations of keys
sold elsewhere: units without money. Amounts are in US dollars, whatever the buyer paid in.
"""

from app.royalties.stores.layout import Channel, StoreLayout

STEAM = StoreLayout(
    key="steam",
    label="Steam sales report (CSV)",
    currency="USD",
    delimiter=",",
    sold_on="Date",
    product="Product(ID#)",
    territory="Country Code",
    channel="Type",
    channels={
        "Steam": Channel("steam", "Steam store"),
        "Retail": Channel("retail_key", "Keys sold elsewhere, activated on Steam", has_money=False),
    },
    units=("Gross Units Sold", "Chargeback/Returns"),
    net_units="Net Units Sold",
    gross=("Gross Steam Sales (USD)", "Chargeback/Returns (USD)"),
    deductions=("VAT/Tax (USD)",),
    net="Net Steam Sales (USD)",
)
