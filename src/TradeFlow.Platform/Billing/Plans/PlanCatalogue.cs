using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>
/// The plans: <c>Billing:Plans:{plan}</c> with <c>Name</c>, <c>Price</c>, <c>Currency</c>, <c>Brokers</c>, <c>AccountsPerBroker</c>,
/// <c>Strategies</c>, <c>Trades</c> (a number, or <c>unlimited</c>) over the defaults below, and Stripe's prices in
/// <c>Billing:Prices:{plan}</c>. <c>Billing:TrialDays</c> is how long the trial runs. In Development <c>Trial:Days</c> and
/// <c>Trial:Trades</c> change the trial.
/// </summary>
[OpenToModules]
internal sealed partial class PlanCatalogue
{
    public const string TrialSlug = "trial";

    private static readonly Plan[] Defaults =
    [
        new(TrialSlug, "Trial", 0, "USD", null, new PlanLimits(1, 1, 0, 100), 0),
        new("starter", "Starter", 20, "USD", "price_starter", new PlanLimits(1, 1, 0, null), 1),
        new("pro", "Pro", 40, "USD", "price_pro", new PlanLimits(2, 2, 1, null), 2),
        new("elite", "Elite", 80, "USD", "price_elite", new PlanLimits(4, 5, 5, null), 3),
    ];

    private readonly Dictionary<string, Plan> bySlug;
    private readonly Dictionary<string, Plan> byPrice;

    public PlanCatalogue(IConfiguration configuration, IHostEnvironment environment)
    {
        var plans = configuration.GetSection("Billing:Plans");
        var added = plans.GetChildren().Select(child => child.Key).Where(slug => Defaults.All(plan => plan.Slug != slug))
            .Order(StringComparer.Ordinal)
            .Select((slug, index) => new Plan(slug, slug, 0, "USD", null, new PlanLimits(0, 0, 0, 0), Defaults.Length + index));
        All = [.. Defaults.Concat(added).Select(plan => Read(plan, plans.GetSection(plan.Slug), configuration))];
        TrialDays = Number(configuration.GetSection("Billing:TrialDays"), 3);
        if (environment.IsDevelopment())
        {
            TrialDays = Number(configuration.GetSection("Trial:Days"), TrialDays);
            All = [.. All.Select(plan => plan.Slug == TrialSlug ? plan with
            {
                Limits = plan.Limits with { Trades = Limit(configuration.GetSection("Trial:Trades"), plan.Limits.Trades) }
            } : plan)];
        }
        bySlug = All.ToDictionary(plan => plan.Slug, StringComparer.Ordinal);
        // filtered by the line itself
        var sold = All.Where(plan => plan.PriceId is not null).ToLookup(plan => plan.PriceId!, StringComparer.Ordinal);
        if (sold.FirstOrDefault(price => price.Count() > 1) is { } twice) throw new InvalidOperationException(
            $"Billing:Prices names {twice.Key} for {string.Join(" and ", twice.Select(plan => plan.Slug))}: give each plan its own price.");
        byPrice = sold.ToDictionary(price => price.Key, price => price.Single(), StringComparer.Ordinal);
    }

    /// <summary>All, the smallest first.</summary>
    public IReadOnlyList<Plan> All { get; }

    public Plan Trial => bySlug[TrialSlug];

    /// <summary>How long the trial runs, in days of 24 hours; a fraction is allowed.</summary>
    public decimal TrialDays { get; }

    public Plan? Find(string slug) => bySlug.GetValueOrDefault(slug);

    /// <summary>The plan that a price of Stripe stands for.</summary>
    public Plan? OfPrice(string priceId) => byPrice.GetValueOrDefault(priceId);

    private static Plan Read(Plan plan, IConfigurationSection section, IConfiguration configuration)
    {
        if (!Slug().IsMatch(plan.Slug)) throw new InvalidOperationException(
            $"Billing:Plans:{plan.Slug} is no name for a plan: use 1 to 30 lower-case letters and digits.");
        var currency = section["Currency"] ?? plan.Currency;
        if (!Currency().IsMatch(currency)) throw new InvalidOperationException($"{section.Path}:Currency must be three capital letters.");
        var price = plan.Slug == TrialSlug ? null : configuration[$"Billing:Prices:{plan.Slug}"] ?? plan.PriceId;
        return plan with
        {
            Name = section["Name"] ?? plan.Name,
            Price = Number(section.GetSection("Price"), plan.Price),
            Currency = currency,
            PriceId = string.IsNullOrWhiteSpace(price) ? null : price.Trim(),
            Limits = new PlanLimits(
                Limit(section.GetSection("Brokers"), plan.Limits.Brokers),
                Limit(section.GetSection("AccountsPerBroker"), plan.Limits.AccountsPerBroker),
                Limit(section.GetSection("Strategies"), plan.Limits.Strategies),
                Limit(section.GetSection("Trades"), plan.Limits.Trades)),
        };
    }

    private static int? Limit(IConfigurationSection setting, int? standard)
    {
        if (string.IsNullOrWhiteSpace(setting.Value)) return standard;
        if (setting.Value == "unlimited") return null;
        return int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : throw new InvalidOperationException($"{setting.Path} must be a whole number of 0 or more, or \"unlimited\".");
    }

    private static decimal Number(IConfigurationSection setting, decimal standard)
    {
        if (string.IsNullOrWhiteSpace(setting.Value)) return standard;
        return decimal.TryParse(setting.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= 100_000
            ? number
            : throw new InvalidOperationException($"{setting.Path} must be a number from 0 to 100000.");
    }

    [GeneratedRegex("^[a-z0-9]{1,30}$", RegexOptions.None, 1000)]
    private static partial Regex Slug();

    [GeneratedRegex("^[A-Z]{3}$", RegexOptions.None, 1000)]
    private static partial Regex Currency();
}
