using ErzyCall.Api.Features;
using ErzyCall.Api.Platform.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ErzyCall.IntegrationTests.Platform.Authorization;

public sealed class UnscopedRouteTests
{
    [Theory]
    [InlineData("/api/v1/forgotten")]
    [InlineData("api/v1/forgotten")]
    [InlineData("/API/v1/forgotten")]
    [InlineData("/api")]
    public async Task A_server_does_not_start_with_a_route_that_declares_no_scope(string pattern)
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet("/api/v1/remembered", () => Results.Ok()).RequireScope(Scopes.CallsRead);
        app.MapGet("/health/live", () => Results.Ok());
        app.EnsureEveryRouteIsScoped();

        app.MapGet(pattern, () => Results.Ok());
        var refusal = Assert.Throws<InvalidOperationException>(app.EnsureEveryRouteIsScoped);
        Assert.Contains(pattern, refusal.Message, StringComparison.Ordinal);
    }
}
