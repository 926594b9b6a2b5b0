using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// Leave to send what trades, for one command and for no longer than it lasts. It is asked for at the last moment before anything leaves
/// for a broker or is laid out for a terminal. It ends at its time, when the lane is lost, and when whoever gave the command has given it
/// up: nothing of that command leaves after it, which is what makes "the broker does not have it" a proof.
/// </summary>
/// <remarks>
/// It goes with the flow of the call and not through the plugin's hands: what a command starts, threads and tasks included, carries the
/// permit of that command and of no other, and what carries none sends nothing. A plugin can neither forget it nor make one.
/// </remarks>
internal sealed class SendPermit : IDisposable
{
    private const string None = "It was sent outside of a command of the platform.";
    private const string GivenUp = "The command was given up before this could be sent.";
    private const string TooLate = "The time for the command was over before this could be sent.";
    private const string NotHeld = "Another worker serves the account now.";
    private const string OnlyTakesAway = "Without a command only a cancel may be sent.";

    private static readonly AsyncLocal<SendPermit?> Flow = new();

    private readonly SendPermit? above;
    private readonly CancellationTokenSource end;
    private readonly Func<TimeSpan> left;
    private readonly Func<bool>? held;
    private readonly bool onlyTakesAway;
    private bool takenBack;

    private SendPermit(Func<TimeSpan> left, Func<bool>? held, bool onlyTakesAway)
    {
        (above, this.left, this.held, this.onlyTakesAway) = (Flow.Value, left, held, onlyTakesAway);
        end = CancellationTokenSource.CreateLinkedTokenSource(above?.Revoked ?? CancellationToken.None);
        Revoked = end.Token;
    }

    /// <summary>The permit of whoever runs here, if any.</summary>
    public static SendPermit? Current => Flow.Value;

    /// <summary>Cancelled when it was taken back. Time and lease end it without that: <see cref="Fault"/> tells.</summary>
    public CancellationToken Revoked { get; }

    /// <summary>When the command ends by the database's clock, where that is known.</summary>
    public DateTimeOffset? DatabaseEnd
    {
        get => field ?? above?.DatabaseEnd;
        private init;
    }

    /// <summary>How long it lasts yet, at most.</summary>
    public TimeSpan Left
    {
        get
        {
            var least = left();
            for (var one = above; one is not null; one = one.above)
                if (one.left() is var its && its < least) least = its;
            return least;
        }
    }

    /// <summary>Gives the code that runs here, and what it starts, leave to send until the permit is disposed of.</summary>
    /// <param name="clock">Counts the time.</param>
    /// <param name="since">Timestamp of the clock from which the time counts.</param>
    /// <param name="validFor">How long it lasts.</param>
    /// <param name="held">False as soon as the lane is lost.</param>
    /// <param name="databaseEnd">The same end by the database's clock.</param>
    public static SendPermit Give(
        TimeProvider clock, long since, TimeSpan validFor, Func<bool>? held = null, DateTimeOffset? databaseEnd = null) =>
        Flow.Value = new SendPermit(() => validFor - clock.GetElapsedTime(since), held, onlyTakesAway: false) { DatabaseEnd = databaseEnd };

    /// <summary>
    /// Leave to cancel for code that goes on beside all commands, such as a stream. It is used by <see cref="Under{T}"/>.
    /// </summary>
    public static SendPermit ForCancels() => new(() => TimeSpan.MaxValue, null, onlyTakesAway: true);

    /// <summary>Why nothing of this class may leave now, in words; <c>null</c> when it may.</summary>
    public static string? Fault(SendPermit? permit, RequestClass requestClass)
    {
        if (permit is null) return None;
        if (permit.onlyTakesAway && requestClass != RequestClass.Cancel) return OnlyTakesAway;
        for (var one = permit; one is not null; one = one.above)
        {
            if (one.Revoked.IsCancellationRequested) return GivenUp;
            if (one.left() <= TimeSpan.Zero) return TooLate;
            if (one.held?.Invoke() == false) return NotHeld;
        }
        return null;
    }

    /// <summary>Runs the call, and what it starts, with this permit.</summary>
    public T Under<T>(Func<T> call)
    {
        var before = Flow.Value;
        Flow.Value = this;
        try
        {
            return call();
        }
        finally
        {
            Flow.Value = before;
        }
    }

    /// <summary>Takes it back.</summary>
    public void Dispose()
    {
        if (Flow.Value == this) Flow.Value = above;
        if (Interlocked.Exchange(ref takenBack, true)) return;
        end.Cancel();
        end.Dispose();
    }
}
