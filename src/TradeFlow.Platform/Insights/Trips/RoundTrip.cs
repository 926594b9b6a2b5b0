using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Platform.Insights.Trips;

/// <summary>A trade: from flat to flat, with its partial closes.</summary>
internal sealed record RoundTrip
{
    public required Guid Id { get; init; }
    public required string Symbol { get; init; }

    /// <summary><c>BUY</c> or <c>SELL</c>: of its entry.</summary>
    public required string Side { get; init; }

    /// <summary>All that was entered, and left.</summary>
    public required decimal Qty { get; init; }
    public required DateTimeOffset? EntryAt { get; init; }
    public required decimal? EntryPrice { get; init; }
    public required DateTimeOffset ExitAt { get; init; }
    public required decimal? ExitPrice { get; init; }
    public required decimal? GrossPnl { get; init; }
    public required decimal Fees { get; init; }
    public required decimal? NetPnl { get; init; }

    /// <summary>
    /// What it would have lost at the stops of its entries, in the account's currency. <c>null</c>: one of them had none.
    /// </summary>
    public required decimal? Risk { get; init; }

    /// <summary><see cref="NetPnl"/> in units of <see cref="Risk"/>.</summary>
    public required decimal? RMultiple { get; init; }
    public required decimal? SlippageTicks { get; init; }
    public required decimal? SlippageMoney { get; init; }
    public required string? Strategy { get; init; }
    public required Guid? WebhookId { get; init; }
    public required Guid? PositionId { get; init; }
    public required long? FirstFill { get; init; }
    public required long? LastFill { get; init; }

    /// <summary>What of the last fill opens the next trip, the other way round.</summary>
    public required decimal Turned { get; init; }

    /// <summary>The same whenever it is reckoned, and in whichever database: a fill begins one trip at most.</summary>
    public static Guid IdOf(Guid account, string firstFill) =>
        new(SHA256.HashData([.. account.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(firstFill)]).AsSpan(0, 16),
            bigEndian: true);
}
