using System.Text.Json.Serialization;

namespace TradeFlow.Simulators.ProjectX;

/// <summary>No source tells, so there are all three.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchedCommissions>))]
internal enum SearchedCommissions
{
    /// <summary>Nothing, as in the documented shape.</summary>
    [JsonStringEnumMemberName("left_out")] LeftOut,

    /// <summary>A field of their own.</summary>
    [JsonStringEnumMemberName("told")] Told,

    /// <summary>They are part of <c>fees</c>.</summary>
    [JsonStringEnumMemberName("in_fees")] InFees,
}

/// <summary>Peculiarities, set through the control API.</summary>
internal sealed record Switches
{
    /// <summary>HTTP 429 over 200 calls in 60 s, bars over 50 in 30 s; on.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>User events carry the bare object of the documentation instead of <c>{action, data}</c>, as seen live.</summary>
    public bool BareHubPayload { get; init; }

    /// <summary>User events carry <c>[{action, data}]</c>, as some clients hand it on.</summary>
    public bool ListedHubPayload { get; init; }

    /// <summary>What <c>Trade/search</c> tells of commissions; the hub has them beside the fees.</summary>
    public SearchedCommissions SearchedCommissions { get; init; }

    /// <summary>A second connection of a user to the user hub ends the first with GatewayLogout; on.</summary>
    public bool SingleSession { get; init; } = true;

    /// <summary>Accounts are in the mode that refuses brackets on orders.</summary>
    public bool PositionBrackets { get; init; }

    /// <summary>Contract calls without <c>live</c> are accepted.</summary>
    public bool LenientLive { get; init; }

    /// <summary>Closed between 16:00 and 17:00 Chicago time and at weekends.</summary>
    public bool TradingHours { get; init; }

    /// <summary>Closed, whatever the clock says.</summary>
    public bool Closed { get; init; }

    /// <summary>How often the same account event is sent.</summary>
    public int AccountEvents { get; init; } = 2;

    public int FillDelayMs { get; init; }
}
