namespace TradeFlow.Platform.Alerts.Attempts;

/// <param name="Seconds">After which the next one is taken.</param>
/// <param name="IsOfTenant">The key alone was within its rate: those of the workspace together are not.</param>
internal sealed record RateWait(int Seconds, bool IsOfTenant)
{
    public string Words => IsOfTenant
        ? "Too many signals from all keys of this workspace together. Signals that only get out still pass."
        : "Too many signals.";
}
