namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>What a rule says of an entry.</summary>
internal abstract record RuleVerdict
{
    private RuleVerdict() { }

    /// <summary>
    /// It lets the entry pass. <paramref name="Limit"/> and <paramref name="Value"/> are what it compared, where that is a number.
    /// </summary>
    public sealed record Passed(decimal? Limit = null, decimal? Value = null) : RuleVerdict;

    /// <summary>It refuses, and this is what the sender is told.</summary>
    public sealed record Denied(string Text, decimal? Limit = null, decimal? Value = null) : RuleVerdict;

    /// <summary>
    /// It refuses once the count has come to the limit. That is decided in the transaction that records the entry: two entries must not
    /// count the same.
    /// </summary>
    /// <param name="Since">From when on it counts, where that matters.</param>
    public sealed record Counted(Measure Measure, decimal Limit, string Text, DateTimeOffset? Since = null) : RuleVerdict
    {
        /// <summary>The same with a count that was taken.</summary>
        public RuleVerdict With(decimal value) => value >= Limit ? new Denied(Text, Limit, value) : new Passed(Limit, value);
    }
}

/// <summary>What can be counted for an entry: <c>risk.measure</c> knows each by its name in snake_case.</summary>
internal enum Measure
{
    /// <summary>Entries of the tenant that a broker took, ever, and those on their way.</summary>
    TradesEver,

    /// <summary>The same since the trading day began.</summary>
    TradesOfDay,

    /// <summary>Open positions at all brokers of the tenant, and entries that may become one.</summary>
    OpenPositions,

    /// <summary>
    /// What the tenant's accounts in one currency have lost since the trading day began, net of fees, floating included. Negative when they
    /// won.
    /// </summary>
    LossOfDay,
}
