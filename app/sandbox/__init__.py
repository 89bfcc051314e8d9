"""The payment sandbox: a small payment provider of our own, as a separate process on loopback.

It speaks Stripe's wire format (version `2026-10-28.endive`), so that the real `stripe` library works against it
through `base_addresses={"api": url}`. It is not Stripe: it keeps its own books in one SQLite file, moves no real
money, refuses live keys, and imports nothing of the application, which never imports it.

    python -m app.sandbox --port 0 --store FILE --webhook-url URL --webhook-secret whsec_... [--fast]

One line is printed when it is ready: the address. `--fast` makes money available at once and shortens every wait.
Thin events about accounts go to `--thin-webhook-url` (with its own secret) if there is one. `--with-parent` ends it
together with the process that started it.

For the platform: form bodies under `/v1`, JSON under `/v2`; lists are paged, `expand[]` works, fields the sandbox
does not know are refused. "Usual" is create, list, retrieve and update of metadata.

    /v2/core/accounts             create, list, retrieve, update, close; recipient configuration only
    /v2/core/account_links        create; a link opens once and expires
    /v2/core/events               list, retrieve; thin events about accounts
    /v1/checkout/sessions         usual, expire, line_items; mode `payment` on a hosted page only
    /v1/payment_intents           list, retrieve, update, cancel; made by Checkout and invoices
    /v1/charges                   list, retrieve, update
    /v1/balance                   retrieve
    /v1/balance_transactions      list, retrieve
    /v1/transfers                 usual; /v1/transfers/{id}/reversals: create, list, retrieve
    /v1/refunds                   usual
    /v1/customers                 usual, cash_balance, cash_balance_transactions, funding_instructions
    /v1/invoices                  usual, finalize, send, void, mark_uncollectible, pay out of band, delete a draft
    /v1/invoiceitems              usual, always for a draft invoice
    /v1/invoice_payments          list, retrieve
    /v1/payouts                   create, list, retrieve, cancel
    /v1/topups                    create, list, retrieve; the platform's own money, there at once
    /v1/disputes                  list, retrieve, update (evidence, submit), close
    /v1/events                    list, retrieve
    /v1/test_helpers/customers/{id}/fund_cash_balance     a bank transfer arrives

Balance, balance transactions, charges, payouts and events answer for a connected account with `Stripe-Account`.

For people: `/` shows where the money is; `/pay/...`, `/onboarding/...` and `/invoice/...` stand in for the
provider's pages.

For whoever tests against it, `/_control/...` with JSON bodies and no key:

    GET    health                  {"status": "ok"}
    POST   misbehave               {"answer", "next": N, "method", "path", "ms"}: the next N calls whose path begins
                                   with `path` go wrong, see below
    POST   webhooks/misbehave      {"answer", "next": N, "types": [...], "ms"}: the next N events are `delayed`,
                                   `doubled`, `reordered` or `lost`
    DELETE misbehave               everything behaves again
    GET    webhooks                every delivery: event, type, state, attempts, last answer
    POST   webhooks/resend         {"event": id}, or {} for all: deliver again
    POST   webhooks/target         {"url", "secret", "thin": false}: deliver there from now on
    POST   advance                 {"seconds": N}: move the clock; pending money becomes available, sessions expire,
                                   debits settle, retries fall due, remembered answers are forgotten
    POST   accounts/{id}           {"status"}: active, pending, restricted, rejected or unsupported
    POST   disputes                {"charge", "amount", "reason"}: the payer's bank takes money back
    POST   disputes/{id}           {"outcome"}: won or lost
    POST   payouts/{id}            {"outcome", "failure_code"}: paid or failed
    POST   payment_intents/{id}    {"outcome"}: succeeded or failed; settles a bank debit now
    GET    books                   per currency, what every account holds and what flowed by kind

Answers that go wrong: `lost` (done, then the connection is cut), `timeout` (done, answered 504), `slow` (done,
answered `ms` late), `error` (not done, 500), `error_done` (done, 500), `unavailable` (not done, 503), `rate_limit`
(not done, 429), `conflict` (not done, 409). A 500 is remembered under the call's key, as Stripe does, and comes
back when the call is repeated; the others are not.

Limits. Amounts have at most 8 digits. Every payment costs 2.9 % + 30, never given back. No currency is converted. A
transfer that names its `source_transaction` may take what that charge still holds (amount less refunds and earlier
transfers), pending or not; any other needs available money. A refund without money behind it stays `pending` until
there is some. A reversal needs the money to be on the connected account still. Nothing is paid out by itself. One
process per store. Stripe's stricter or looser rules in these places are not copied to the letter.
"""
