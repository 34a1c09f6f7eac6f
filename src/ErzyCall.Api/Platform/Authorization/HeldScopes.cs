using ErzyCall.Api.Platform.Authentication;

namespace ErzyCall.Api.Platform.Authorization;

internal static class HeldScopes
{
    public static bool Holds(this Caller caller, string scope) =>
        caller.Scopes.Contains(scope) || caller.Scopes.Contains(Scopes.Everything);
}
