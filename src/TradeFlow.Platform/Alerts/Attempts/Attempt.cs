using System.Diagnostics;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Attempts;

/// <summary>One signal on its way through the checks, with what the log will say of it.</summary>
internal sealed class Attempt
{
    private readonly long started;

    public Attempt(long started, TimeProvider clock)
    {
        this.started = started;
        Webhook = new WebhookId(NewId.At(clock));
        Order = new OrderId(NewId.At(clock));
        ReceivedAt = Whole(clock.GetUtcNow() - Stopwatch.GetElapsedTime(started));
    }

    public WebhookId Webhook { get; }
    public OrderId Order { get; }
    public DateTimeOffset ReceivedAt { get; }
    public required string Method { get; init; }

    /// <summary>Without keys and secrets, like <see cref="Payload"/>.</summary>
    public required string Path { get; init; }
    public required string Payload { get; init; }

    /// <summary>Bytes of the message as it was sent.</summary>
    public required long Length { get; init; }
    public required byte[] BodyHash { get; init; }
    public required AlertReading Alert { get; init; }
    public bool IsTooLarge { get; init; }
    public WebhookId? ReplayOf { get; init; }

    /// <summary>
    /// The strategy that it is of, and what that may do on the account; <c>null</c> where the account's own key was shown.
    /// </summary>
    public StrategyMark? Strategy { get; init; }
    public StrategyUse? Use { get; init; }

    /// <summary>The sender has hung up: nothing of its signal ends with it, but nobody waits for its outcome.</summary>
    public required CancellationToken Gone { get; init; }

    /// <summary>The account as it was last read. A newer version is fetched when the record finds this one stale.</summary>
    public required AccountContext Account { get; set; }

    /// <summary>Reads the account afresh by what the sender showed; <c>null</c> when that opens nothing any more.</summary>
    public required Func<CancellationToken, ValueTask<AccountContext?>> ReloadAsync { get; init; }

    /// <summary>The instrument of the signal, where it was found.</summary>
    public Instrument? Instrument { get; set; }

    /// <summary>The checks of an entry, as the record takes them; <c>null</c> for an exit.</summary>
    public EntryGate? Gate { get; set; }

    /// <summary>How old the alert is, where it says so. A signal that a person sends again is as old as that press of a button.</summary>
    public AlertAge? Age => ReplayOf is null ? AlertAge.Of(Alert.Time, ReceivedAt) : null;

    public CheckTrail Checks { get; } = new();
    public bool IsRecorded { get; set; }
    public WebhookId? DuplicateOf { get; set; }

    /// <summary>The order that the answer speaks of: its own, or that of the signal that it repeats.</summary>
    public OrderId? AnsweredOrder { get; set; }
    public OrderView? Outcome { get; set; }

    /// <summary>The call of the lane, once the order is recorded.</summary>
    public OrderAnswers.Submission? Submission { get; set; }

    /// <summary>Milliseconds since the request arrived.</summary>
    public double Elapsed => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    public double ReceivedMs { get; set; }
    public double DecidedMs { get; set; }
    public double RecordedMs { get; set; }

    // PostgreSQL keeps microseconds: the time is part of a key and must come back as it went.
    internal static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
