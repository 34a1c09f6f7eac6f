using ErzyCall.Api.Commands;
using ErzyCall.Local;

// A laptop is not production: unless told otherwise the simulated carrier is fast, and logs are for people.
if (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null
    && Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is null)
{
    Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", Environments.Development);
}

var host = new LocalHost();
return await ErzyCallCommandLine.RunAsync(args, host, DatabasesCommand.Create(host));
