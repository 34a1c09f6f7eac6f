using System.Diagnostics;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>Go files of the folder <c>receivers</c>, compiled as one package.</summary>
internal static class GoProgram
{
    /// <summary>The path of the program, which is deleted at the end of the run. Skips the test where Go is missing.</summary>
    public static async Task<string> BuildAsync(params string[] files)
    {
        Assert.SkipUnless(NodeReceiver.IsThere("go", "version"), "go is not on the PATH.");
        var folder = Directory.CreateTempSubdirectory("erzycall-go-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(VerificationSampleTests.Samples, file), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, file), text.Replace("package webhook", "package main", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        }

        var program = Path.Combine(folder.FullName, "program");
        using var build = Process.Start(new ProcessStartInfo("go", ["build", "-o", program, .. files]) { WorkingDirectory = folder.FullName })!;
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, build.ExitCode);
        return program;
    }
}
