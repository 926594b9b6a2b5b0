using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>All that a decision about an account reads, as of <see cref="Version"/>.</summary>
internal sealed record AccountContext
{
    public required AccountId AccountId { get; init; }
    public required TenantId TenantId { get; init; }
    public required UserId UserId { get; init; }

    /// <summary>The broker's slug, never an alias.</summary>
    public required string Broker { get; init; }
    public required string Mode { get; init; }
    public string? Server { get; init; }
    public required string Currency { get; init; }

    /// <summary>One of <see cref="AccountStatuses"/>.</summary>
    public required string Status { get; init; }
    public string? StatusReason { get; init; }
    public required bool Enabled { get; init; }
    public string? DisabledReason { get; init; }

    /// <summary>How long the same body counts as the same signal; 0 is off.</summary>
    public required int DedupeSeconds { get; init; }

    /// <summary>How old an alert may be, by its own time, to enter; <c>null</c> is no limit.</summary>
    public int? MaxAgeSeconds { get; init; }

    /// <summary>How much an entry is for whose message leaves it to the account; <c>null</c> when it must say.</summary>
    public DefaultSize? DefaultSize { get; init; }

    /// <summary>
    /// What a bare number of a stop or target measures: <c>pips</c>, <c>price</c>, <c>percent</c>; <c>null</c> when the message must say.
    /// </summary>
    public string? StopUnit { get; init; }

    /// <summary>One of <see cref="Contracts.OnGap"/>: what a target does that finds another position than its strategy had.</summary>
    public string OnGap { get; init; } = Contracts.OnGap.Sync;

    /// <summary>Only what comes from TradingView's own addresses is taken.</summary>
    public bool TradingViewOnly { get; init; }

    /// <summary>What the quantity of a signal is multiplied by.</summary>
    public required decimal Multiplier { get; init; }

    /// <summary>The slug of the tenant's plan.</summary>
    public string? Plan { get; init; }

    /// <summary>Grows with every change that a decision reads.</summary>
    public required long Version { get; init; }

    /// <summary>Grows with every emergency stop.</summary>
    public required long StopEpoch { get; init; }
    public decimal? Balance { get; init; }
    public decimal? Equity { get; init; }

    /// <summary>The account's own names for symbols.</summary>
    public SymbolMap Symbols { get; init; } = SymbolMap.Empty;
}

/// <summary>What becomes of a strategy's message after one that was missed.</summary>
internal static class OnGap
{
    /// <summary>It goes where the strategy is.</summary>
    public const string Sync = "sync";

    /// <summary>It enters nothing; exits go.</summary>
    public const string Hold = "hold";
}

/// <summary>Where an account stands.</summary>
internal static class AccountStatuses
{
    /// <summary>Registered; waits for its terminal to report for the first time.</summary>
    public const string Pending = "pending";
    public const string Active = "active";
    public const string Offline = "offline";
    public const string Error = "error";

    /// <summary>The broker refuses the stored credentials: the user has to connect again.</summary>
    public const string NeedsReconnect = "needs_reconnect";
}
