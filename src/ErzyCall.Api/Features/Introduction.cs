namespace ErzyCall.Api.Features;

/// <summary>What the interactive reference begins with.</summary>
internal static class Introduction
{
    public const string Markdown =
        """
        ## Begin here

        Every request carries an API key in `X-API-Key`. Whoever runs the server gives you one; the server's first start prints one of a
        test organization, whose calls and messages are simulated: nobody's phone rings.

        Place a call. It answers at once, with the call in status `new`:

        ```sh
        curl http://localhost:5080/api/v1/calls \
          -H 'X-API-Key: ek_test_…' -H 'Content-Type: application/json' -H 'Idempotency-Key: order-4711' \
          -d '{"to":"+14155550100","from":"+14155559999","firstMessage":"Hello, this is Acme about your order."}'
        ```

        Then read `GET /calls/{callId}` until its `status` is `ended`, `error` or `cancelled`, or better: register a webhook endpoint
        (`POST /webhooks`) and be told. `GET /events` has the same events for whoever cannot be reached from outside.

        ## What holds everywhere

        - **Answers** are `{"data": …}`; lists have `pagination` too. Pass `pagination.cursor` back as `cursor` while `hasMore` is true.
          A field without a value is `null`, never left out. Later versions may add fields and values of enumerations: take those that
          you do not know as if they were not there.
        - **Errors** are `{"error": {"code", "message", "details"}}`. Go by `code`; `message` is for people, and `details` names the
          fields at fault. With `Accept: application/problem+json` the same comes as RFC 9457 problem details.
        - **Retrying** is safe with an `Idempotency-Key`: the same key with the same body gets the same answer for 24 hours, and nothing
          happens twice. Send one with every POST, and send it again after a broken connection, a 429, a 500 or a 503.
        - **Limits**: an answer 429 says in `Retry-After` how many seconds to wait; `X-RateLimit-Remaining` says how much is left.
        - **Not to be called**: who asks not to be called is entered into the do-not-call ledger (`POST /do-not-call`), and is never
          called or written to again, whatever is asked for; such a call is refused with `CONTACT_OPTED_OUT`.
        - **Strictness**: an unknown field, or one of the wrong type, is refused. A mistyped `scheduledAt` must never ring somebody at
          once.
        """;
}
