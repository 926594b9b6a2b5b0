using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace TradeFlow.Partners;

/// <summary>
/// A partner's machine in a folder of its own: the packages of this build in a feed, a home of its own for tools and templates, nothing of
/// the repository. Packages of others come from this machine's cache where it has them.
/// </summary>
internal sealed class PartnerWorkshop : IDisposable
{
    private static readonly string[] Packed =
        ["TradeFlow.BrokerSdk", "TradeFlow.BrokerSdk.Testing", "TradeFlow.BrokerSdk.Templates", "TradeFlow.BrokerSdk.Cli"];

    // One of its own, so that no cache can answer with an older build of the same version.
    private readonly string version = $"1.0.0-local.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";
    private readonly string root = Directory.CreateTempSubdirectory("tradeflow-partner-").FullName;

    public string Location => root;

    public string Tool => Path.Combine(root, "tools", "tradeflow-broker");

    private string Feed => Path.Combine(root, "feed");

    /// <summary>Packs what the solution's build has built, installs the template, and the tool when it is wanted.</summary>
    public static async Task<PartnerWorkshop> OpenAsync(bool withTool)
    {
        var workshop = new PartnerWorkshop();
        foreach (var package in Packed.Where(package => withTool || !package.EndsWith(".Cli", StringComparison.Ordinal)))
            await workshop.DotnetAsync(RepositoryRoot(), "pack", $"src/{package}", "--no-build", "-c", Configuration, "-o", workshop.Feed,
                $"-p:Version={workshop.version}", "--nologo", "-v", "q");
        File.WriteAllText(Path.Combine(workshop.root, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(workshop.root, "packages")}" /></config>
              <fallbackPackageFolders><clear /><add key="machine" value="{MachineCache()}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="tradeflow" value="{workshop.Feed}" /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources>
            </configuration>
            """);
        await workshop.DotnetAsync(workshop.root, "new", "install",
            Path.Combine(workshop.Feed, $"TradeFlow.BrokerSdk.Templates.{workshop.version}.nupkg"));
        if (withTool) await workshop.DotnetAsync(workshop.root, "tool", "install", "TradeFlow.BrokerSdk.Cli", "--version", workshop.version,
            "--tool-path", Path.Combine(workshop.root, "tools"), "--add-source", workshop.Feed);
        return workshop;
    }

    /// <summary>dotnet new tradeflow-broker.</summary>
    /// <returns>The folder of the new connector.</returns>
    public async Task<string> NewAsync(string name, params string[] options)
    {
        await DotnetAsync(root, ["new", "tradeflow-broker", "-n", name, .. options]);
        return Path.Combine(root, name);
    }

    public Task<string> BuildAsync(string folder) =>
        DotnetAsync(folder, "build", $"-p:TradeFlowSdkVersion={version}", $"-p:TradeFlowKitVersion={version}", "--nologo", "-v", "q");

    public Task<string> TestAsync(string folder) =>
        DotnetAsync(folder, "test", $"-p:TradeFlowSdkVersion={version}", $"-p:TradeFlowKitVersion={version}", "--nologo");

    private Task<string> DotnetAsync(string folder, params string[] arguments) => RunAsync(folder, "dotnet", 0, arguments);

    /// <summary>Runs a program in the workshop's home.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than the expected one; the message is what it
    /// said.</exception>
    public async Task<string> RunAsync(string folder, string program, int expected, params string[] arguments)
    {
        var start = new ProcessStartInfo(program,
            arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_HOME"] = Path.Combine(root, "home");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NUGET_PACKAGES"] = folder == RepositoryRoot() ? MachineCache() : Path.Combine(root, "packages");
        // What the test's own host has set is not the partner's.
        foreach (var name in start.Environment.Keys.Where(
            name => name.StartsWith("MSBuild", StringComparison.Ordinal) || name is "VSTEST_HOST_DEBUG" or "DOTNET_HOST_PATH").ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not end:\n{output}", e);
        }
        process.WaitForExit();
        lock (output)
        {
            return process.ExitCode == expected ? output.ToString() : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode} and not {expected}:\n{output}");
        }

        void Keep(string? line)
        {
            lock (output) output.AppendLine(line);
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static string MachineCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } moved
            ? moved : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public static string RepositoryRoot([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "TradeFlow.sln"))) return folder;
        throw new InvalidOperationException("TradeFlow.sln is in no folder above this file.");
    }

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif
}
