using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Risk.Calendar;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Risk.Rules.Own;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>Runs the <c>cases.json</c> of every folder of Risk/Rules, so that a rule brings its own tests.</summary>
public sealed class RuleCaseTests
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var rule in new RuleList().Rules)
            foreach (var test in CasesOf(rule)) data.Add(rule.GetType().Name, test.Name);
        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_rule_decides_its_cases(string rule, string name)
    {
        var rules = new RuleList();
        var subject = rules.Rules.Single(one => one.GetType().Name == rule);
        var test = CasesOf(subject).Single(one => one.Name == name);
        var (config, errors) = RiskConfigReading.Read(test.Config, new RiskConfig());
        errors.ShouldBeEmpty();

        var verdict = subject switch
        {
            IRiskRule early => early.Decide(new EntryFacts
            {
                Config = config,
                At = test.At,
                Names = [.. (test.Symbols ?? ["EURUSD"]).Select(Symbols.Canonical)],
                Currency = test.Currency ?? "USD",
                News = test.View(),
            }),
            IPricedRule priced => DecidePriced(priced, rules.FormOf(priced), config, test),
            _ => throw new InvalidOperationException("a kind of rule that has no cases"),
        };
        if (verdict is RuleVerdict.Counted counted)
            verdict = counted.With(test.Counted.ShouldNotBeNull("a rule that counts needs a count in its case"));

        var text = verdict is RuleVerdict.Denied denied ? denied.Text : null;
        text.ShouldBe(test.Denied);
    }

    [Fact]
    public void The_rules_stand_in_the_order_of_the_design() => new RuleList().All.Select(rule => rule.Code).ShouldBe(
        ["risk.daily_loss", "risk.trading_hours", "risk.trades_per_day", "risk.open_positions", "risk.denied_instrument",
            "risk.news_lockout"]);

    private static RuleVerdict DecidePriced(IPricedRule rule, OwnForm? form, RiskConfig config, Case test)
    {
        var settings = new OwnSettings(OwnSettingsStore.Nothing);
        if (form is not null)
        {
            var (values, errors) = form.Read(test.Settings.ShouldNotBeNull("a rule with settings needs them in its case"),
                OwnSettingsStore.Nothing);
            errors.ShouldBeEmpty();
            settings = form.Of(values);
        }
        if (!rule.IsOn(config, settings)) return new RuleVerdict.Passed();
        var priced = test.Priced.ShouldNotBeNull();
        return rule.Decide(new PricedFacts
        {
            Config = config, Settings = settings, Currency = test.Currency ?? "USD", Risk = priced.Risk, LossOfDay = priced.Loss,
            Open = [.. (priced.Open ?? []).Select(money => new OpenRisk("OPEN", money))],
        });
    }

    private static List<Case> CasesOf(IRule rule)
    {
        var folder = rule.GetType().Namespace!.Split('.')[^1]; // a rule stands in a namespace
        var path = Path.Combine(Repository.Root, "src", "TradeFlow.Platform", "Risk", "Rules", folder, "cases.json");
        return JsonSerializer.Deserialize<List<Case>>(File.ReadAllText(path), Json).ShouldNotBeNull();
    }

    /// <param name="Config">As a PUT of the limits.</param>
    /// <param name="Counted">What the record would count.</param>
    /// <param name="Settings">The rule's own, as a PUT of them.</param>
    /// <param name="Priced">For a rule that looks at prices.</param>
    /// <param name="Denied">The words of the refusal; none when the entry passes.</param>
    internal sealed record Case(
        string Name, JsonElement Config, DateTimeOffset At = default, string[]? Symbols = null, string? Currency = null,
        decimal? Counted = null, News[]? News = null, string? Stale = null, string? Denied = null, JsonElement? Settings = null,
        Priced? Priced = null)
    {
        public CalendarView View()
        {
            var fetched = Stale is null ? At : At.AddHours(-27);
            return new CalendarView(
                [.. (News ?? []).Select((entry, index) => new CalendarEvent("feed", $"{index}", entry.Title, entry.Currency, entry.Impact,
                    entry.At, false, null, null))],
                [new CalendarSource("feed", fetched, At.AddDays(-3), At.AddDays(4), true, "x", null, Stale, fetched)],
                new CalendarOptions { FeedUrl = "x" });
        }
    }

    /// <param name="Risk">What the entry loses at its stop.</param>
    /// <param name="Open">What each of the others loses at its own.</param>
    internal sealed record Priced(decimal? Risk = null, decimal Loss = 0, decimal?[]? Open = null);

    internal sealed record News(string Title, DateTimeOffset At, string Currency = "USD", string Impact = "high");
}
