using System.Globalization;
using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>Everything the simulated broker knows. Whoever reads or changes it holds <see cref="Gate"/>.</summary>
internal sealed class World : ISimulatedBroker
{
    private long lastAccount = 700_000;
    private long lastOrder = 360_287_970_190_000_000;
    private long lastPosition = 144_115_188_075_900_000;
    private long lastExecution = 288_230_376_151_800_000;

    public World(SimulatorSettings settings)
    {
        Clock = settings.Clock;
        Windows = new CallWindow(Clock);
        Prices = new PriceWalk(Instruments.Walking, settings.Seed);
        Faults = new FaultBook(settings.Seed);
        Ledger = new Ledger(settings.LedgerFile ?? new LedgerFile(null));
        Tokens = new Tokens(settings.TokenLife ?? TimeSpan.FromHours(1), Clock);
        Seed();
    }

    public Lock Gate { get; } = new();
    public TimeProvider Clock { get; }
    public PriceWalk Prices { get; }
    public FaultBook Faults { get; }
    public CallBook Calls { get; } = new();
    public CallWindow Windows { get; }
    public Ledger Ledger { get; }
    public Tokens Tokens { get; }
    public Switches Switches { get; set; } = new();
    public Orders? Orders { get; set; }
    public TradeConfig Config { get; } = TradeConfig.Load();
    public Dictionary<(string Email, string Server), SimUser> Users { get; } = [];
    public Dictionary<long, SimAccount> Accounts { get; } = [];
    public Dictionary<string, Listing[]> Listings { get; } = Instruments.Servers.ToDictionary(server => server, Instruments.ListedOn);

    /// <summary>
    /// Session of a market: <c>open</c>, <c>closed</c>, <c>close_only</c> or <c>market_only</c>; a market that is not named is open.
    /// </summary>
    public Dictionary<string, string> Sessions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The time in whole milliseconds, as the broker tells it.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Clock.GetUtcNow().ToUnixTimeMilliseconds());

    public string SessionOf(MarketSpec market) => Sessions.GetValueOrDefault(market.Symbol) ?? Sessions.GetValueOrDefault("*") ?? "open";

    public long NextOrder() => lastOrder += 3;

    public long NextPosition() => lastPosition += 3;

    public long NextExecution() => lastExecution += 3;

    public SimUser AddUser(string email, string server, string password, params (string Currency, decimal Balance)[] accounts)
    {
        var user = new SimUser(email, server, password);
        foreach (var (currency, balance) in accounts)
        {
            var account = new SimAccount(user, ++lastAccount, user.Accounts.Count + 1, currency, balance);
            user.Accounts.Add(account);
            Accounts[account.Id] = account;
        }
        Users[(email.ToUpperInvariant(), server)] = user;
        return user;
    }

    public SimUser? FindUser(string email, string server) => Users.GetValueOrDefault((email.ToUpperInvariant(), server));

    public void Book(SimAccount account, SimOrder order, string kind) => Ledger.Book(new LedgerEntry
    {
        Sequence = 0,
        Time = order.Created,
        Broker = "tradelocker",
        User = account.User.Email,
        Account = account.Key,
        Tag = order.StrategyId,
        OrderId = order.Id.ToString(CultureInfo.InvariantCulture),
        Kind = kind,
        Symbol = order.Listing.Name,
        Side = order.Side,
        Type = order.Type,
        Qty = order.Qty,
    });

    public void Trigger() => Orders?.Beat();

    /// <summary>
    /// Back to the first second: prices, users, accounts, faults, switches, counters. The ledger's file keeps what it has.
    /// </summary>
    public void Reset()
    {
        Prices.Reset();
        Faults.Clear();
        Calls.Reset();
        Windows.Reset();
        Ledger.Clear();
        Switches = new Switches();
        Sessions.Clear();
        Users.Clear();
        Accounts.Clear();
        Seed();
    }

    private void Seed()
    {
        AddUser("demo@tradeflow.local", "SIM", "demo-password", ("USD", 50_000m));
        AddUser("duo@tradeflow.local", "SIM", "demo-password", ("USD", 25_000m), ("EUR", 10_000m));
        AddUser("suffix@tradeflow.local", "SIM-2", "demo-password", ("USD", 50_000m));
    }
}
