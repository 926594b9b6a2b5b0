using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using TradeFlow.Simulators.ProjectX.Engine;
using TradeFlow.Simulators.ProjectX.Hubs;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX;

/// <summary>Everything the simulated broker knows. Whoever reads or changes it holds <see cref="Gate"/>.</summary>
internal sealed class World : ISimulatedBroker
{
    private readonly ConcurrentDictionary<string, (string User, DateTimeOffset Until)> sessions = [];
    private readonly TimeSpan tokenLife;
    private int lastAccount = 9_100;
    private long lastOrder = 1_900_000_000;
    private long lastTrade = 1_400_000_000;
    private int lastPosition = 410_000_000;

    public World(SimulatorSettings settings, LiveSessions sessions)
    {
        Clock = settings.Clock;
        Windows = new CallWindow(Clock);
        tokenLife = settings.TokenLife ?? TimeSpan.FromHours(24);
        Prices = new PriceWalk(Contracts.Walking, settings.Seed);
        Faults = new FaultBook(settings.Seed);
        Ledger = new Ledger(settings.LedgerFile ?? new LedgerFile(null));
        Listed = Contracts.ListedAt(Clock.GetUtcNow());
        Broadcast = new Broadcast(this, sessions);
        Orders = new Orders(this);
        Seed();
    }

    public Lock Gate { get; } = new();
    public TimeProvider Clock { get; }
    public PriceWalk Prices { get; }
    public FaultBook Faults { get; }
    public CallBook Calls { get; } = new();
    public CallWindow Windows { get; }
    public Ledger Ledger { get; }
    public Contract[] Listed { get; }
    public Broadcast Broadcast { get; }
    public Orders Orders { get; }
    public Switches Switches { get; set; } = new();
    public Dictionary<string, SimUser> Users { get; } = new(StringComparer.OrdinalIgnoreCase);
    public Dictionary<int, SimAccount> Accounts { get; } = [];
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Clock.GetUtcNow().ToUnixTimeMilliseconds());

    public bool IsOpen => !Switches.Closed && (!Switches.TradingHours || TradingDay.IsOpen(Now));

    public long NextOrder() => ++lastOrder;

    public long NextTrade() => ++lastTrade;

    public int NextPosition() => ++lastPosition;

    public Contract? FindContract(string? id) =>
        Array.Find(Listed, contract => string.Equals(contract.Id, id, StringComparison.OrdinalIgnoreCase));

    public string OpenSession(SimUser user)
    {
        var token = Jwt.Sign(user.Name, Now, Now + tokenLife, out _);
        sessions[token] = (user.Name, Now + tokenLife);
        return token;
    }

    public SimUser? UserOf(string token) =>
        sessions.TryGetValue(token, out var session) && session.Until > Now ? Users.GetValueOrDefault(session.User) : null;

    public void EndSession(string token) => sessions.TryRemove(token, out _);

    public void EndSessions() => sessions.Clear();

    public SimUser AddUser(string name, string apiKey, params decimal[] balances)
    {
        var user = new SimUser(name, apiKey);
        foreach (var balance in balances)
        {
            var account = new SimAccount(user, ++lastAccount, $"PRAC-V2-{lastAccount.ToString(CultureInfo.InvariantCulture)}", balance);
            user.Accounts.Add(account);
            Accounts[account.Id] = account;
        }
        Users[name] = user;
        return user;
    }

    public void Book(SimOrder order, string kind) => Ledger.Book(new LedgerEntry
    {
        Sequence = 0,
        Time = order.Created,
        Broker = "projectx",
        User = order.Account.User.Name,
        Account = $"{order.Account.Id}",
        Tag = order.CustomTag,
        OrderId = order.Id.ToString(CultureInfo.InvariantCulture),
        Kind = kind,
        Symbol = order.Contract.Id,
        Side = order.Buys ? "buy" : "sell",
        Type = order.Type switch { OrderTypes.Limit => "limit", OrderTypes.Market => "market", OrderTypes.Stop =>
            "stop", OrderTypes.TrailingStop => "trailing",
            OrderTypes.JoinBid => "join_bid", _ => "join_ask" },
        Qty = order.Size,
    });

    public void Trigger() => Orders.Beat();

    public void Reset()
    {
        Prices.Reset();
        Faults.Clear();
        Calls.Reset();
        Windows.Reset();
        Ledger.Clear();
        Switches = new Switches();
        sessions.Clear();
        Users.Clear();
        Accounts.Clear();
        Seed();
    }

    private void Seed()
    {
        AddUser("demo", "demo-key", 50_000m);
        var duo = AddUser("duo", "demo-key", 150_000m, 50_000m);
        (duo.Accounts[1].CanTrade, duo.Accounts[1].IsVisible) = (false, false);
    }
}

internal static class TradingDay
{
    private static readonly TimeZoneInfo Chicago = TimeZoneInfo.FindSystemTimeZoneById("America/Chicago");

    /// <summary>The week is open from Sunday 17:00 to Friday 16:00 Chicago time, with an hour of rest at 16:00 each day.</summary>
    public static bool IsOpen(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Chicago);
        return local.DayOfWeek switch
        {
            DayOfWeek.Saturday => false,
            DayOfWeek.Sunday => local.Hour >= 17,
            DayOfWeek.Friday => local.Hour < 16,
            _ => local.Hour != 16,
        };
    }
}

internal static class Jwt
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static string Sign(string user, DateTimeOffset now, DateTimeOffset until, out string id)
    {
        id = Guid.NewGuid().ToString("N");
        var header = System.Buffers.Text.Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
        var payload =
            System.Buffers.Text.Base64Url.EncodeToString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { sub = user, jti = id,
                iat = now.ToUnixTimeSeconds(), exp = until.ToUnixTimeSeconds() }));
        var content = $"{header}.{payload}";
        return $"{content}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Key, System.Text.Encoding.ASCII.GetBytes(content)))}";
    }
}
