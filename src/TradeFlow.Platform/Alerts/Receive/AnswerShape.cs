namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>The members of an answer, for the description of the API; <see cref="Answer"/> writes those that apply.</summary>
internal sealed record AnswerShape
{
    public required bool Success { get; init; }
    public string? Code { get; init; }
    public string? Error { get; init; }

    /// <summary>What is wrong, by the path of the message as sent.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
    public Guid? WebhookId { get; init; }
    public Guid? OrderId { get; init; }
    public IReadOnlyList<Guid>? OrderIds { get; init; }

    /// <summary><c>filled</c> (also in part, when the rest was canceled: see <c>filled_qty</c>), <c>working</c> (also partly filled), <c>pending</c>, <c>canceled</c>, <c>nothing_to_close</c>, <c>nothing_to_cancel</c>.</summary>
    public string? Status { get; init; }
    public string? BrokerOrderId { get; init; }
    public decimal? FilledQty { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? GrossPnl { get; init; }
    public decimal? LatencyMs { get; init; }

    /// <summary>The signal that this one repeats; nothing was executed for it.</summary>
    public Guid? DuplicateOf { get; init; }
}
