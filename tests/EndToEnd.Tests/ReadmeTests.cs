using System.Diagnostics;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>What the README tells a newcomer to type, typed as it stands there.</summary>
[Collection(SystemCollection.Name)]
public sealed class ReadmeTests(RunningSystem system)
{
    [Fact]
    public async Task The_walk_through_by_curl_ends_with_the_position_on_the_screen()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(RunningSystem.RepositoryRoot, "README.md"));
        var block = lines.SkipWhile(line => line != "## The first alert by curl").SkipWhile(line => line != "```bash").Skip(1)
            .TakeWhile(line => line != "```");
        var script = string.Join('\n', block);
        script.ShouldContain("http://localhost:8080");

        var screen =
            await TypeAsync(script.Replace("http://localhost:8080", system.Address.ToString().TrimEnd('/'), StringComparison.Ordinal));

        screen.ShouldContain("\"success\":true");
        screen.TrimEnd().Split('\n')[^1].ShouldContain("\"symbol\":\"EURUSD\",\"side\":\"BUY\",\"qty\":1,");
    }

    private static async Task<string> TypeAsync(string script)
    {
        using var shell = new Process { StartInfo = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true } };
        shell.Start();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            return await shell.StandardOutput.ReadToEndAsync(patience.Token);
        }
        finally
        {
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
        }
    }
}
