namespace TradeFlow.BrokerSdk.Testing;

/// <summary>How far a case goes. A connector is installed with L0 to L2 passed.</summary>
public enum ConformanceLevel
{
    /// <summary>Static: the files of the plugin, without running it.</summary>
    L0 = 0,
    /// <summary>Behaviour against the partner's venue double, and recorded answers.</summary>
    L1,
    /// <summary>Faults on the way to the venue.</summary>
    L2,
    /// <summary>A demo account at the real broker; run by hand.</summary>
    L3,
}

/// <summary>What a case is about. The letter of its id.</summary>
public enum ConformanceGroup
{
    /// <summary>S: manifest, references, use of forbidden API.</summary>
    Static = 0,
    /// <summary>A: logging in.</summary>
    Connect,
    /// <summary>B: instruments, prices, market orders.</summary>
    Market,
    /// <summary>C: limit and stop orders, changing them.</summary>
    Limit,
    /// <summary>D: cancelling.</summary>
    Cancel,
    /// <summary>E: closing positions.</summary>
    Close,
    /// <summary>F: what is said of an order when the answer is bad, late or missing.</summary>
    UnknownOutcomes,
    /// <summary>G: look-ups and the state of the account.</summary>
    Reconcile,
    /// <summary>H: the stream of changes.</summary>
    Stream,
    /// <summary>I: request classes, hosts, limits.</summary>
    Limits,
    /// <summary>J: disposing and unloading.</summary>
    Lifecycle,
}

/// <summary>The card of one case. Ids are spaced and never given a second time.</summary>
public sealed record ConformanceCase
{
    internal ConformanceCase()
    {
    }

    /// <summary>Such as <c>TC-F60</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required ConformanceGroup Group { get; init; }

    /// <summary>How far it goes.</summary>
    public required ConformanceLevel Level { get; init; }

    /// <summary>The rule in one sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What is there before.</summary>
    public required string Prerequisite { get; init; }

    /// <summary>What the kit does.</summary>
    public required string Action { get; init; }

    /// <summary>What has to happen, in this order.</summary>
    public required string Sequence { get; init; }

    /// <summary>When it has passed.</summary>
    public required string PassRule { get; init; }

    /// <summary>
    /// The declared property of broker or venue double without which the case is skipped; <c>null</c> when it is never skipped.
    /// </summary>
    public string? SkipWhen { get; init; }

    internal Func<CaseStage, Task> Body { get; init; } = null!; // every card of the suite sets it

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Title}";

    internal static ConformanceCase Card(
        string id, ConformanceLevel level, string title, string prerequisite, string action, string sequence, string pass,
        Func<CaseStage, Task> body, string? skipWhen = null) => new()
    {
        Id = id, Group = GroupOf(id), Level = level, Title = title, Prerequisite = prerequisite, Action = action, Sequence = sequence,
        PassRule = pass, SkipWhen = skipWhen, Body = body,
    };

    private static ConformanceGroup GroupOf(string id) => id[3] switch
    {
        'S' => ConformanceGroup.Static,
        >= 'A' and <= 'J' and var letter => (ConformanceGroup)(letter - 'A' + 1),
        _ => throw new ArgumentException($"{id} has the letter of no group.", nameof(id)),
    };
}

/// <summary>How a case ended.</summary>
public enum ConformanceVerdict
{
    /// <summary>It was not run.</summary>
    NotRun = 0,
    /// <summary>As it has to be.</summary>
    Passed,
    /// <summary>Not as it has to be; the reason says what was seen.</summary>
    Failed,
    /// <summary>The broker or the venue double declares that it has not what the case needs.</summary>
    Skipped,
}

/// <summary>The end of one case.</summary>
/// <param name="Case">The card.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Reason">What was seen, or why it was skipped; empty when it passed.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record ConformanceResult(ConformanceCase Case, ConformanceVerdict Verdict, string Reason, TimeSpan Elapsed);
