using TradeFlow.Platform.Risk.Config;

namespace TradeFlow.Platform.Risk.CoolDown;

/// <summary>
/// A change of the settings, limit by limit: what holds at once, and what waits for the next trading day because the cool-down is on and it
/// lets more through.
/// </summary>
/// <param name="Now">The settings that hold from this change on.</param>
/// <param name="Waiting">What waits; it takes the place of what waited for the same limit.</param>
/// <param name="Settled">Limits that were decided at once: nothing waits for them any more.</param>
internal sealed record ChangeParts(RiskConfig Now, IReadOnlyList<WaitingChange> Waiting, IReadOnlyList<string> Settled)
{
    public static ChangeParts Of(RiskConfig before, RiskConfig wanted, DateTimeOffset at)
    {
        var (old, asked) = (RiskJson.Members(RiskConfigView.Of(before)), RiskJson.Members(RiskConfigView.Of(wanted)));
        var changed = RiskJson.Changed(old, asked);
        var now = before;
        List<WaitingChange> waiting = [];
        List<string> settled = [];
        foreach (var (group, names) in LimitGroup.Touched(changed))
        {
            var change =
                RiskJson.Object(group.Members.Where(changed.Contains).Select(member => KeyValuePair.Create(member, asked[member])));
            if (before.CooldownEnabled && RiskConfigReading.Read(change, before).Config.IsLooserThan(before))
            {
                waiting.Add(new WaitingChange(group.Name, IsOfRule: false, change, at, before.DayEnd(at)));
                settled.AddRange(names.Where(name => name != group.Name));
                // A symbol that is denied beside one that is allowed again is denied at once.
                if (group.Name == LimitGroup.Denied) now = now with { DeniedInstruments = Both(before, wanted) };
            }
            else
            {
                now = RiskConfigReading.Read(change, now).Config;
                settled.AddRange(names);
            }
        }
        return new ChangeParts(now, waiting, settled);
    }

    private static List<string> Both(RiskConfig before, RiskConfig wanted) =>
        [.. before.DeniedInstruments.Union(wanted.DeniedInstruments, StringComparer.OrdinalIgnoreCase)];
}
