using System.Globalization;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>Which parts are run, and how large.</summary>
internal sealed record ClusterOptions
{
    public const string Parts = "split,kill,term,stop,join,none,idle";

    public const string Usage =
        $"[--only {Parts}] [--accounts 1000] [--tenants 50] [--rate 50] [--frozen 20] [--none 60] [--idle 1000,10000] [--idle-brokers paper,bench] "
        + "[--rest 60] [--profile] [--out artifacts/cluster]";

    public IReadOnlyList<string> Only { get; init; } = Parts.Split(',');

    /// <summary>Half of them on the stand-in, half on paper.</summary>
    public int Accounts { get; init; } = 1000;
    public int Tenants { get; init; } = 50;

    /// <summary>Signals a second while something happens to a Worker.</summary>
    public int Rate { get; init; } = 50;

    /// <summary>Seconds for which a Worker is stopped.</summary>
    public int Frozen { get; init; } = 20;

    /// <summary>Seconds without any Worker.</summary>
    public int None { get; init; } = 60;

    /// <summary>How many accounts are at rest, the smaller number first.</summary>
    public IReadOnlyList<int> Idle { get; init; } = [1000, 10_000];
    public IReadOnlyList<string> IdleBrokers { get; init; } = ["paper", "bench"];

    /// <summary>Seconds for which accounts at rest are watched.</summary>
    public int Rest { get; init; } = 60;

    /// <summary>Keeps what PostgreSQL says of its statements and tables at rest beside the report.</summary>
    public bool Profile { get; init; }
    public string Out { get; init; } = Path.Combine("artifacts", "cluster");

    public bool Runs(string part) => Only.Contains(part, StringComparer.Ordinal);

    public static ClusterOptions Read(string[] words)
    {
        var plain = new ClusterOptions();
        return plain with
        {
            Only = Words("--only") ?? plain.Only,
            Accounts = Number("--accounts", plain.Accounts),
            Tenants = Number("--tenants", plain.Tenants),
            Rate = Number("--rate", plain.Rate),
            Frozen = Number("--frozen", plain.Frozen),
            None = Number("--none", plain.None),
            Idle = Words("--idle")?.Select(one => int.Parse(one, CultureInfo.InvariantCulture)).ToArray() ?? plain.Idle,
            IdleBrokers = Words("--idle-brokers") ?? plain.IdleBrokers,
            Rest = Number("--rest", plain.Rest),
            Profile = words.Contains("--profile", StringComparer.Ordinal),
            Out = Text("--out") ?? plain.Out,
        };

        string? Text(string name) => Array.IndexOf(words, name) is var at and >= 0 && at + 1 < words.Length ? words[at + 1] : null;
        string[]? Words(string name) => Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
