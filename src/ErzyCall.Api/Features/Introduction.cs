namespace ErzyCall.Api.Features;

/// <summary>What the interactive reference begins with.</summary>
internal static class Introduction
{
    public const string Markdown =
        """
        ## Begin here

        Every request carries an API key in `X-API-Key`. Whoever runs the server gives you one, made by the command `keys create`; a
        server on your own machine (`ErzyCall.Local`) prints one at its first start, of a test organization, whose calls and messages are
        simulated: nobody's phone rings. What a key may do is told by its scopes (`GET /api/v1/me`).

        Place a call from a number of your organization (`GET /api/v1/phone-numbers`; the sample organization has this one). It answers at
        once, with the call in status `new`:

        ```sh
        curl http://localhost:5080/api/v1/calls \
          -H 'X-API-Key: ek_test_…' -H 'Content-Type: application/json' -H 'Idempotency-Key: order-4711' \
          -d '{"to":"+14155550100","from":"+14155559999","firstMessage":"Hello, this is Acme about your order."}'
        ```

        Then read `GET /api/v1/calls/{callId}` until its `status` is `ended`, `error` or `cancelled`, or better: register a webhook
        endpoint (`POST /api/v1/webhooks`) and be told; verify each request by its signature. `GET /api/v1/events` has the same events for
        whoever cannot be reached from outside.

        ## What holds everywhere

        - **Answers** are `{"data": …}`; paged lists have `pagination` too. Pass `pagination.cursor` back as `cursor` while `hasMore` is
          true; the event feed takes it as `after`, at any time. A field without a value is `null` and not left out, but for `details` of
          an error and for `data` and `error` of an item of a batch. Times have an offset, and are answered in UTC.
        - **What is new**: later versions may add fields, events and values of enumerations. Ignore a field that you do not know, and take
          a value that you do not know as *something else*; an error, by its status.
        - **Errors** are `{"error": {"code", "message", "details"}}`. Go by `code`; `message` is for people, and `details` names the
          fields at fault. With `Accept: application/problem+json` the same comes as RFC 9457 problem details.
        - **Retrying** is safe with an `Idempotency-Key`: the same key with the same body gets the same answer for 24 hours, and nothing
          happens twice. Send one with every POST, and send it again after a broken connection, a 429, a 500 or a 503.
        - **Changing**: a PATCH changes what it names; `null` clears a field that may be without a value.
        - **Limits**: an answer 429 says in `Retry-After` how many seconds to wait; `X-RateLimit-Remaining` says how much is left.
        - **Not to be called**: who asks not to be called is entered into the do-not-call ledger (`POST /api/v1/do-not-call`), and is not
          called or written to any more: such a call is refused with `CONTACT_OPTED_OUT`. Only lifting the entry changes that.
        - **Strictness**: an unknown field, or one of the wrong type, is refused. A mistyped `scheduledAt` must never ring somebody at
          once.
        """;
}
