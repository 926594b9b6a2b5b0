namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>A number whose meaning the message does not say, and the field that it stands in.</summary>
internal sealed record BareNumber(string Field, decimal Value);

/// <summary>What a message leaves to the settings of the account.</summary>
internal sealed record AccountGaps
{
    /// <summary>The field that would say how much an entry is for, where it says nothing.</summary>
    public string? Size { get; init; }

    /// <summary>A size whose mode is that of <c>default_size</c>.</summary>
    public BareNumber? BareSize { get; init; }

    /// <summary>A stop and a target in <c>stop_unit</c>.</summary>
    public BareNumber? StopLoss { get; init; }
    public BareNumber? TakeProfit { get; init; }
}
