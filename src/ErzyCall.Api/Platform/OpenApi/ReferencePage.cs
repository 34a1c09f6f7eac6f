using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The interactive reference: the OpenAPI document, rendered in the browser by a script that this server brings itself. It loads nothing
/// from anybody else and tells nobody else anything; the content security policy enforces that, whatever a later version of the script
/// would like to do.
/// </summary>
internal static class ReferencePage
{
    public const string Path = "/docs";

    public static void MapReferencePage(this IEndpointRouteBuilder routes, string documentPath) =>
        routes.MapScalarApiReference(Path, (options, context) =>
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            options
                .WithNonce(nonce)
                .WithTitle("ErzyCall API")
                .WithOpenApiRoutePattern(documentPath)
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideClientButton()
                .HideDeveloperTools()
                .WithCustomCss("a[href*='scalar.com'] { display: none }");
        });
}
