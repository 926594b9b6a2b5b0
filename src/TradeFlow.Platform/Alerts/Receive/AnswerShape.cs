using TradeFlow.Platform.Alerts.Attempts;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>The members of an answer, for the description of the API; <see cref="Answer"/> writes those that apply.</summary>
internal sealed record AnswerShape
{
    public required bool Success { get; init; }
    public string? Code { get; init; }
    public string? Error { get; init; }

    /// <summary>What is wrong, by the path of the message as sent.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Names of the account that come near an unknown symbol.</summary>
    public IReadOnlyList<string>? Suggestions { get; init; }

    /// <summary>Names of the account that an ambiguous symbol may mean.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }
    public Guid? WebhookId { get; init; }
    public Guid? OrderId { get; init; }
    public IReadOnlyList<Guid>? OrderIds { get; init; }

    /// <summary>
    /// <c>filled</c> (also in part, when the rest was canceled: see <c>filled_qty</c>), <c>working</c> (also partly filled),
    /// <c>pending</c>, <c>canceled</c>, <c>nothing_to_close</c>, <c>nothing_to_cancel</c>, <c>already_there</c>, <c>superseded</c>,
    /// <c>modified</c>, <c>nothing_to_protect</c>.
    /// </summary>
    public string? Status { get; init; }
    public string? BrokerOrderId { get; init; }
    public decimal? FilledQty { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? GrossPnl { get; init; }

    /// <summary>True where a message of the strategy was missed before this one.</summary>
    public bool? Gap { get; init; }

    /// <summary>What a close that found nothing has to say: what is open on the other side.</summary>
    public string? Note { get; init; }

    /// <summary>The alert's own time, and when it arrived, of one that is too old.</summary>
    public DateTimeOffset? Time { get; init; }
    public DateTimeOffset? ReceivedAt { get; init; }
    public decimal? LatencyMs { get; init; }

    /// <summary>Of a strategy: its signal, and how many accounts got an order of it.</summary>
    public Guid? SignalId { get; init; }
    public int? FanOut { get; init; }

    /// <summary>The signal that this one repeats; nothing was executed for it.</summary>
    public Guid? DuplicateOf { get; init; }
}
