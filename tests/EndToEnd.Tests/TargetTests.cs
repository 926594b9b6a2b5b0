using System.Globalization;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;
using Xunit.Sdk;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// The messages of a strategy, some of them lost, doubled or swapped, over the whole product: the account ends where the strategy is.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class TargetTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    // A key may send ten alerts a second, and Topstep's requests of a minute are enough for so many steps of a long life: an entry that
    // waits for the next minute is too old then.
    private static TimeSpan PaceByHand(string broker) => TimeSpan.FromSeconds(broker == "topstep" ? 2.5 : 0.5);

    /// <summary>TRADEFLOW_WALK_STEPS=500 makes it a long life, for runs by hand.</summary>
    private static readonly int? StepsByHand = int.TryParse(Environment.GetEnvironmentVariable("TRADEFLOW_WALK_STEPS"), out var steps)
        ? steps : null;

    [Theory]
    [InlineData("paper", "EURUSD", 1, 24)]
    [InlineData("tradelocker", "EURUSD", 2, 18)]
    [InlineData("topstep", "MES1!", 3, 24)]
    [InlineData("mtx", "EURUSD", 4, 14)] // a terminal answers with its next beats
    public async Task The_account_ends_where_the_strategy_is(string broker, string symbol, int seed, int steps)
    {
        using var trader = await Trader.SignUpAsync(system);
        using var terminal = await ConnectAsync(trader, broker);
        steps = StepsByHand ?? steps;
        var random = new Random(seed);
        var second = DateTimeOffset.UtcNow;
        HashSet<(int, int)> ofSecond = [];
        List<string> told = [];
        var (at, held, missed) = (0, 0m, false);
        for (var step = 0; step < steps; step++)
        {
            if (StepsByHand is not null) await Task.Delay(PaceByHand(broker));
            if (missed || DateTimeOffset.UtcNow - second > TimeSpan.FromSeconds(1)) NextSecond();
            var next = Next(at);
            var message = Message(next, at);
            switch (random.Next(6))
            {
                case 0 when step < steps - 1:
                    (at, missed) = (next, true);
                    continue;
                case 1:
                    await TellAsync(message);
                    (await TellAsync(message)).Json.TryGetProperty("duplicate_of", out _).ShouldBeTrue();
                    break;
                // After a message that was lost, what the account holds by it may be what the later one of the two says.
                case 2 when Next(next) is var last && !(missed && (last == at || held == next)):
                    // Two seconds tell what came late; the broker may take longer to answer.
                    var before = await NewestAsync(trader);
                    var first = TellAsync(Message(last, next));
                    await Eventually.True(async () => await NewestAsync(trader) != before, Soon, "the first of the two is recorded");
                    var late = await TellAsync(message);
                    await first;
                    if (late.Status == System.Net.HttpStatusCode.OK)
                        late.Json.GetProperty("status").GetString().ShouldBe("superseded", Say("the late one does nothing"));
                    next = last;
                    break;
                default:
                    await TellAsync(message);
                    break;
            }
            if (missed) NextSecond();
            (at, missed) = (next, false);
            try
            {
                await Eventually.True(async () => (held = await HeldAsync(trader)) == at, Soon,
                    () => Say($"{at} should be held, and it is {held}"));
            }
            catch (XunitException late)
            {
                throw new XunitException($"{late.Message}\n{await trader.ReadAsync("/api/orders?limit=3")}", late);
            }

            string Say(string what) => $"{broker}, step {step}: {what}\n{string.Join('\n', told.TakeLast(6))}";
        }

        async Task<Answer> TellAsync(string message)
        {
            var answer = await trader.AlertAsync(message);
            lock (told) told.Add($"{message}\n    {answer.Text}");
            return answer;
        }

        // Several are of one second, as a strategy that is calculated at every tick sends them. Nothing but the second tells a step from
        // the same step again, or what comes after a lost one from what came before it.
        string Message(int to, int from)
        {
            if (!ofSecond.Add((from, to))) NextSecond();
            ofSecond.Add((from, to));
            return Alert(symbol, to, from, second);
        }

        void NextSecond()
        {
            second = DateTimeOffset.UtcNow is var now && now > second.AddSeconds(1) ? now : second.AddSeconds(1);
            ofSecond.Clear();
        }

        int Next(int from)
        {
            while (true)
                if (random.Next(-2, 3) is var to && to != from) return to;
        }
    }

    private async Task<TerminalProcess?> ConnectAsync(Trader trader, string broker)
    {
        // Plugins are loaded one after the other once the system has started.
        await trader.BrokerInStateAsync(broker, "active", TimeSpan.FromMinutes(1));
        switch (broker)
        {
            case "paper":
                await trader.ConnectAsync("paper", new { });
                return null;
            case "topstep":
                await trader.ConnectAsync("topstep",
                    new { user_name = trader.BrokerEmail, api_key = "some-key", rules_confirmed = true, mode = "sim" });
                return null;
            case "mtx":
                var login = Random.Shared.NextInt64(1_000_000, 9_000_000_000).ToString(CultureInfo.InvariantCulture);
                await trader.ConnectAsync("mtx", new { login, server = "Demo-1", platform = "MT5", mode = "demo" });
                var terminal = new TerminalProcess(system, trader, login);
                await Eventually.True(async () => await StatusAsync(trader) == "active", Soon, "the terminal reports");
                return terminal;
            default:
                await trader.ConnectAsync();
                return null;
        }
    }

    private static async Task<string?> StatusAsync(Trader trader) =>
        (await trader.ReadAsync($"/api/accounts/{trader.AccountId}")).GetProperty("status").GetString();

    private static async Task<decimal> HeldAsync(Trader trader) => (await trader.PositionsAsync())
        .Sum(position => position.GetProperty("qty").GetDecimal() * (position.GetProperty("side").GetString() == "BUY" ? 1 : -1));

    private static async Task<string?> NewestAsync(Trader trader) =>
        (await trader.ReadAsync("/api/orders?limit=1")).GetProperty("items").EnumerateArray()
            .Select(order => order.GetProperty("id").GetString()).FirstOrDefault();

    private static string Alert(string symbol, int now, int before, DateTimeOffset time) => JsonSerializer.Serialize(new
    {
        version = "unify.v1",
        id = Guid.NewGuid().ToString("N"),
        time = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        intent = new
        {
            action = "target", symbol, position = Word(now), position_size = Math.Abs(now), prev_position = Word(before),
            prev_position_size = Math.Abs(before),
        },
    });

    private static string Word(int position) => position switch { > 0 => "long", < 0 => "short", _ => "flat" };
}
