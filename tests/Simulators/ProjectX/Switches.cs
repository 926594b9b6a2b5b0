namespace TradeFlow.Simulators.ProjectX;

/// <summary>Peculiarities, set through the control API.</summary>
internal sealed record Switches
{
    /// <summary>HTTP 429 over 200 calls in 60 s, bars over 50 in 30 s; on.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>Hub events carry the bare object of the documentation instead of the observed <c>[{action, data}]</c>.</summary>
    public bool BareHubPayload { get; init; }

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
