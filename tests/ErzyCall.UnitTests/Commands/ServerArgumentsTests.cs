using ErzyCall.Api.Commands;

namespace ErzyCall.UnitTests.Commands;

public sealed class ServerArgumentsTests
{
    [Theory]
    [InlineData("--urls http://localhost:1")]
    [InlineData("--ConnectionStrings:Postgres=Host=x --connectionstrings:redis=y --ConnectionStrings:PostgresDirect z")]
    [InlineData("--Simulator:Speed 0 --environment Production --Workers:Enabled=false")]
    [InlineData("--Calls:MaxDuration 00:01:00 --Webhooks:AllowPrivateTargets true --WhatsApp:BaseAddress http://x")]
    [InlineData("--Serilog:MinimumLevel:Default=Debug --Kestrel:Limits:MaxConcurrentConnections=5")]
    [InlineData("--hostBuilder:reloadConfigOnChange=false --contentRoot=/tmp --applicationName=x --Metrics:Enabled=true")]
    public void Settings_are_taken(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Assert.Null(ServerArguments.Refuse(line.Split(' '), ["--help"]));
    }

    [Theory]
    [InlineData("--port 5172", "--urls")]
    [InlineData("--url http://x", "--urls")]
    [InlineData("--hepl", "--help")]
    [InlineData("--Simulator:Sped=0", "--Simulator:Speed")]
    [InlineData("--ConnectionString:Postgres x", "--ConnectionStrings:Postgres")]
    [InlineData("-urls http://x", "--urls")]
    [InlineData("--urls http://x --prot=1", "--")]
    public void What_is_not_known_is_told_with_what_is(string line, string nearest)
    {
        ArgumentNullException.ThrowIfNull(line);
        var refusal = ServerArguments.Refuse(line.Split(' '), ["--help"]);

        Assert.NotNull(refusal);
        Assert.Contains($"Did you mean '{nearest}", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Theory]
    [InlineData("--urls")]
    [InlineData("--urls http://x migrate")]
    public void A_value_that_lacks_and_a_word_too_many_are_wrong(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Assert.NotNull(ServerArguments.Refuse(line.Split(' '), []));
    }
}
