namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>What a key of an account opens. Each scope hashes with a secret of its own, so that one is never taken for the other.</summary>
internal sealed record KeyScope
{
    /// <summary>The account's webhook.</summary>
    public static readonly KeyScope Api = new() { Name = "api", Mark = "" };

    /// <summary>The reports of the account's terminal.</summary>
    public static readonly KeyScope Agent = new() { Name = "agent", Mark = "-agent" };

    public required string Name { get; init; }

    /// <summary>What stands behind the broker's slug in the key.</summary>
    public required string Mark { get; init; }
}
