namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// Counts the faults of a plugin's code (what a connector must never throw, and calls that never return) and holds entries back after five
/// in a row.
/// </summary>
internal sealed class FaultBreaker(TimeProvider clock)
{
    private const int Limit = 5;
    private static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private DateTimeOffset openUntil;

    public int Faults { get; private set; }
    public string LastFault { get; private set; } = "";

    /// <summary>Raised when it opens or closes.</summary>
    public event Action? Changed;

    /// <summary>True from the fifth fault in a row until a call succeeds again.</summary>
    public bool IsOpen => Faults >= Limit;

    /// <summary>False while entries wait. After 30 s one is let through to try, then the next 30 s later.</summary>
    public bool LetsEntryThrough()
    {
        lock (gate)
        {
            if (!IsOpen) return true;
            var now = clock.GetUtcNow();
            if (now < openUntil) return false;
            openUntil = now + OpenFor;
            return true;
        }
    }

    public void Failed(string fault)
    {
        bool opened;
        lock (gate)
        {
            Faults++;
            LastFault = fault;
            opened = Faults == Limit;
            if (opened) openUntil = clock.GetUtcNow() + OpenFor;
        }
        if (opened) Changed?.Invoke();
    }

    public void Succeeded()
    {
        if (Faults == 0) return;
        bool closed;
        lock (gate)
        {
            closed = IsOpen;
            Faults = 0;
        }
        if (closed) Changed?.Invoke();
    }
}
