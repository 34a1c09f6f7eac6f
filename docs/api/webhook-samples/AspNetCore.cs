// A receiver with ASP.NET Core, .NET 8 and later, Verify.cs beside it: app.MapWebhook("/hooks", secret, async (id, webhook) => { … });
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

public static class WebhookRoute
{
    /// <param name="take">
    /// Gets the id and the content of every delivery that is ours. The same one may come again: keep its id together with what you do, and do nothing where it is known. When it throws, the
    /// delivery is sent again later.
    /// </param>
    public static IEndpointConventionBuilder MapWebhook(this IEndpointRouteBuilder routes, string path, string secret, Func<string, JsonElement, Task> take) =>
        routes.MapPost(path, async (HttpRequest request) =>
        {
            // The signature is over the bytes as they came, so nothing may bind the body before.
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            JsonDocument webhook;
            try
            {
                webhook = Webhook.Verify(secret, name => request.Headers[name], body.ToArray());
            }
            catch (CryptographicException)
            {
                return Results.BadRequest();
            }

            using (webhook)
            {
                await take(request.Headers["webhook-id"]!, webhook.RootElement);
            }

            return Results.NoContent();
        });
}
