using System.Text.Json;
using System.Text.Json.Nodes;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.CoolDown;

/// <summary>A change that waits for the next trading day.</summary>
/// <param name="Limit">By which it is withdrawn: the limit, or the code of a rule.</param>
/// <param name="Rule">The title of the rule; <c>null</c> where it is one of the limits.</param>
/// <param name="Change">What the settings become: the members that change, or the settings of the rule.</param>
internal sealed record WaitingView(string Limit, string? Rule, JsonObject Change, DateTimeOffset AskedAt, DateTimeOffset EffectiveAt)
{
    public static WaitingView Of(WaitingChange waiting, RuleList rules)
    {
        if (!waiting.IsOfRule || rules.Rules.FirstOrDefault(rule => rule.Code == waiting.Limit) is not { } found
            || rules.FormOf(found) is not { } form)
            return new WaitingView(waiting.Limit, waiting.IsOfRule ? waiting.Limit : null, JsonObject.Create(waiting.Change) ?? [],
                waiting.AskedAt, waiting.EffectiveAt);
        var saved = waiting.Change.Deserialize(RulesJson.Default.DictionaryStringString) ?? [];
        return new WaitingView(waiting.Limit, form.Title, form.Of(saved).ToJson(form.Fields), waiting.AskedAt, waiting.EffectiveAt);
    }
}
