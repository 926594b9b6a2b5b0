using System.Globalization;

namespace TradeFlow.Benchmarks.Load;

/// <summary>How much is measured.</summary>
internal sealed record LoadOptions
{
    public const string Usage =
        "[--accounts 1000] [--tenants 100] [--history 50] [--connections 32] [--seconds 8] [--warm-up 4] [--rounds 1] [--delays 0,50] [--rates 20,200] "
        + "[--paper 200] [--idle 30] [--profile] [--out artifacts/load]";

    public int Accounts { get; init; } = 1000;
    public int Tenants { get; init; } = 100;

    /// <summary>Orders, log rows and closed positions of each account from before.</summary>
    public int History { get; init; } = 50;
    public int Connections { get; init; } = 32;
    public int Seconds { get; init; } = 8;
    public int WarmUp { get; init; } = 4;
    public int Rounds { get; init; } = 1;

    /// <summary>How long the stand-in takes to answer, in milliseconds.</summary>
    public IReadOnlyList<int> Delays { get; init; } = [0, 50];

    /// <summary>Signals a second of the open loops.</summary>
    public IReadOnlyList<int> Rates { get; init; } = [20, 200];

    /// <summary>Accounts of the paper broker; 0 leaves it out.</summary>
    public int Paper { get; init; } = 200;

    /// <summary>Seconds for which nothing is asked.</summary>
    public int Idle { get; init; } = 30;

    /// <summary>Keeps what PostgreSQL says of its statements (pg_stat_statements) beside the report.</summary>
    public bool Profile { get; init; }
    public string Out { get; init; } = Path.Combine("artifacts", "load");

    public static LoadOptions Read(string[] words)
    {
        var plain = new LoadOptions();
        return plain with
        {
            Accounts = Number("--accounts", plain.Accounts),
            Tenants = Number("--tenants", plain.Tenants),
            History = Number("--history", plain.History),
            Connections = Number("--connections", plain.Connections),
            Seconds = Number("--seconds", plain.Seconds),
            WarmUp = Number("--warm-up", plain.WarmUp),
            Rounds = Number("--rounds", plain.Rounds),
            Delays = Numbers("--delays", plain.Delays),
            Rates = Numbers("--rates", plain.Rates),
            Paper = Number("--paper", plain.Paper),
            Idle = Number("--idle", plain.Idle),
            Profile = words.Contains("--profile", StringComparer.Ordinal),
            Out = Text("--out") ?? plain.Out,
        };

        string? Text(string name) => Array.IndexOf(words, name) is var at and >= 0 && at + 1 < words.Length ? words[at + 1] : null;
        int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        IReadOnlyList<int> Numbers(string name, IReadOnlyList<int> otherwise) => Text(name) is { } text
            ? [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => int.Parse(one, CultureInfo.InvariantCulture))]
            : otherwise;
    }
}
