using System.Text.Json;
using TradeFlow.Platform.Risk.Config;

namespace TradeFlow.Platform.Risk.CoolDown;

/// <summary>A change that lets more through, and waits until <see cref="EffectiveAt"/>. There is one at most for each limit.</summary>
/// <param name="Limit">A name of <see cref="LimitGroup"/>, or the code of a rule with settings of its own.</param>
/// <param name="Change">The members that change, as they go over the wire; of a rule all that is saved of it.</param>
/// <param name="EffectiveAt">The start of the trading day that comes after the one in which it was asked for.</param>
internal sealed record WaitingChange(string Limit, bool IsOfRule, JsonElement Change, DateTimeOffset AskedAt, DateTimeOffset EffectiveAt)
{
    /// <summary>The settings once it has taken effect. What can no longer be read of it stays as it was.</summary>
    public static RiskConfig Apply(RiskConfig before, JsonElement change, DateTimeOffset effectiveAt) =>
        RiskConfigReading.Read(change, before).Config.ChangedFrom(before, effectiveAt);
}
