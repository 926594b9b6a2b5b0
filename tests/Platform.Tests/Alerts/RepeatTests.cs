using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>
/// What a sender sends again because it got no good answer: TradingView after 5xx, for the fourth time 21 s after the first.
/// </summary>
public sealed class RepeatTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private static readonly TimeSpan BetweenSends = TimeSpan.FromSeconds(7);

    [Theory]
    [Trait("Control", "W2")]
    [InlineData(20, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task The_fourth_send_of_a_signal_whose_commit_landed_unheard_is_no_second_order(int dedupeSeconds, bool toAnotherReplica)
    {
        await using var line = PostgresLine.To(rig.Platform.OwnerConnection);
        var clock = new ShiftedClock();
        using var replica = Replica(clock, line);
        using var http = ApiFixture.NewClient(replica);

        var (trader, first) = await LoseAnAnswerAsync(replica, line, http, dedupeSeconds);
        clock.Move(BetweenSends);
        var second = await trader.SendAsync(Path(trader), Trader.Buy, http: http);
        clock.Move(BetweenSends);
        var third = await trader.SendAsync(Path(trader), Trader.Buy, http: http);
        line.Release();
        clock.Move(BetweenSends);
        using var other = toAnotherReplica ? Replica(clock, null) : null;
        using var otherHttp = other is null ? null : ApiFixture.NewClient(other);
        var fourth = await Eventually.Value(async () => await trader.SendAsync(Path(trader), Trader.Buy,
            http: otherHttp ?? http) is { Status: not HttpStatusCode.ServiceUnavailable } answer ? answer : null, TimeSpan.FromSeconds(15),
            "the fourth send is taken");

        new[] { first, second, third }.ShouldAllBe(answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        first.Text("error").ShouldContain("not known");
        (fourth.Status, fourth.Text("order_id")).ShouldBe((HttpStatusCode.OK, await rig.ScalarAsync<string>(
            $"select id::text from trading.orders where account_id = '{trader.Account}' and action = 'open'")));
        fourth.Json.TryGetProperty("duplicate_of", out _).ShouldBeTrue();
        (await EntriesAsync(trader)).ShouldBe(1);
    }

    [Fact]
    public async Task A_signal_that_is_found_in_the_database_is_answered_as_taken_though_its_commit_was_not_heard_of()
    {
        await using var line = PostgresLine.To(rig.Platform.OwnerConnection);
        using var replica = Replica(new ShiftedClock(), line, askSeconds: 20);
        using var http = ApiFixture.NewClient(replica);

        var (trader, answer) = await LoseAnAnswerAsync(replica, line, http, 20, newOnes: false);
        line.Release();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue(answer.Json.GetRawText());
        (await rig.ScalarAsync<long>($"select count(*) from trading.orders where id = '{answer.Text("order_id")}'")).ShouldBe(1);
        (await EntriesAsync(trader)).ShouldBe(1);
    }

    [Fact]
    public void TradingView_is_answered_before_it_gives_up()
    {
        var options = new IngestOptions();

        (options.RecordSeconds + options.AskSeconds).ShouldBeLessThan(3);
        options.AnswerSeconds.ShouldBeLessThan(3);
    }

    [Theory]
    [Trait("Control", "W2")]
    [InlineData("status = 503", 21, true)]
    [InlineData("status = 503", 40, true)]
    [InlineData("status = 503", 61, false)]
    [InlineData("status = 499", 40, true)]
    [InlineData("status = null", 40, true)]
    [InlineData("status = 200", 1, false)]
    [InlineData("status = 202", 1, false)]
    [InlineData("status = 422", 1, false)]
    public async Task An_entry_is_held_for_a_minute_where_its_sender_was_not_answered(string told, int later, bool isRepeat)
    {
        var clock = new ShiftedClock();
        using var replica = Replica(clock, null);
        var trader = await WarmAsync(replica, 0);
        using var http = ApiFixture.NewClient(replica);
        (await trader.SendAsync(Path(trader), Trader.Buy, http: http)).Status.ShouldBe(HttpStatusCode.OK);
        var answered = clock.GetUtcNow();
        await trader.LoggedAsync("1", rows: 2);
        await rig.ExecuteAsync($"update alerts.webhooks_log set {told} where account_id = '{trader.Account}'");
        using var restarted = Replica(clock, null);
        using var again = ApiFixture.NewClient(restarted);

        // Not from now on: a start takes its time.
        clock.MoveTo(answered + TimeSpan.FromSeconds(later));
        var answer = await trader.SendAsync(Path(trader), Trader.Buy, http: again);

        answer.Json.TryGetProperty("duplicate_of", out _).ShouldBe(isRepeat, answer.Json.GetRawText());
        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        (await EntriesAsync(trader)).ShouldBe(isRepeat ? 1 : 2);
    }

    [Theory]
    [InlineData("FILLED", 40, false, true)]
    [InlineData("FILLED", 61, false, false)]
    [InlineData("FILLED", 21, true, true)]
    [InlineData("FILLED", 26, true, false)]
    [InlineData("REJECTED", 1, false, false)]
    public async Task An_exit_is_held_as_long_unless_there_is_more_to_close_by_then_or_the_first_did_nothing(
        string status, int later, bool isEntered, bool isRepeat)
    {
        const string close = """{"intent":{"action":"close","symbol":"EURUSD","qty":1}}""";
        var clock = new ShiftedClock();
        using var replica = Replica(clock, null);
        var trader = await WarmAsync(replica, 0);
        using var http = ApiFixture.NewClient(replica);
        await trader.SendAsync(Path(trader), close, http: http);
        await trader.LoggedAsync("1", rows: 2);
        await rig.ExecuteAsync($"update alerts.webhooks_log set status = 503 where account_id = '{trader.Account}'; update trading.orders set status = '{status}' where account_id = '{trader.Account}'");
        clock.Move(TimeSpan.FromSeconds(1));
        if (isEntered) (await trader.SendAsync(Path(trader), Trader.Buy, http: http)).Status.ShouldBe(HttpStatusCode.OK);

        clock.Move(TimeSpan.FromSeconds(later - 1));
        var answer = await trader.SendAsync(Path(trader), close, http: http);

        answer.Json.TryGetProperty("duplicate_of", out _).ShouldBe(isRepeat, answer.Json.GetRawText());
    }

    [Fact]
    public async Task With_dedupe_off_two_replicas_take_what_is_sent_to_both_as_two()
    {
        using var one = Replica(new ShiftedClock(), null);
        using var two = Replica(new ShiftedClock(), null);
        var trader = await WarmAsync(one, 0);
        using var first = ApiFixture.NewClient(one);
        using var second = ApiFixture.NewClient(two);
        await trader.SendAsync(Path(trader), Close, http: second);

        var answers = await Task.WhenAll(trader.SendAsync(Path(trader), Trader.Buy, http: first),
            trader.SendAsync(Path(trader), Trader.Buy, http: second));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        (await EntriesAsync(trader)).ShouldBe(2);
    }

    [Fact]
    public async Task A_signal_that_a_check_refused_may_be_asked_again_at_once()
    {
        var trader = await rig.NewTraderAsync();
        await rig.ExecuteAsync($"update accounts.accounts set exit_only = true where id = '{trader.Account}'");
        (await trader.AlertAsync(Trader.Buy)).Code.ShouldBe("plan.limit_reached");
        await rig.ExecuteAsync($"update accounts.accounts set exit_only = false where id = '{trader.Account}'");

        var answer = await trader.AlertAsync(Trader.Buy);

        (answer.Status, answer.Json.TryGetProperty("duplicate_of", out _)).ShouldBe((HttpStatusCode.OK, false));
    }

    // The line stays held. What a loop of the process has begun just before holds up the record: then nothing has committed, and the line
    // is held anew.
    private async Task<(Trader Trader, Answer First)> LoseAnAnswerAsync(
        WebApplicationFactory<Program> replica, PostgresLine line, HttpClient http, int dedupeSeconds, bool newOnes = true)
    {
        for (var attempt = 1; ; attempt++)
        {
            var trader = await WarmAsync(replica, dedupeSeconds);
            line.Hold(newOnes);
            var first = await trader.SendAsync(Path(trader), Trader.Buy, http: http);
            try
            {
                await Eventually.True(async () => await EntriesAsync(trader) == 1, TimeSpan.FromSeconds(5),
                    $"the commit has landed; the sender was told {first.Json.GetRawText()}");
                return (trader, first);
            }
            catch (Xunit.Sdk.XunitException) when (attempt < 3)
            {
                line.Release();
            }
        }
    }

    private const string Close = """{"intent":{"action":"close","symbol":"EURUSD"}}""";

    private static string Path(Trader trader) => $"/webhook/paper/{trader.Key}";

    private Task<long> EntriesAsync(Trader trader) =>
        rig.ScalarAsync<long>($"select count(*) from trading.orders where account_id = '{trader.Account}' and action = 'open'");

    /// <summary>An Api of its own over the rig's database.</summary>
    private WebApplicationFactory<Program> Replica(TimeProvider clock, PostgresLine? line, double askSeconds = 0.5)
    {
        var settings = new Dictionary<string, string?>
        {
            ["RateLimits:Webhook:PerSecond"] = "100000", ["RateLimits:Webhook:Burst"] = "100000", ["Alerts:AnswerSeconds"] = "20",
            ["Alerts:AskSeconds"] = askSeconds.ToString(CultureInfo.InvariantCulture)
        };
        foreach (var name in line is null ? [] : new[] { "ConnectionStrings:tradeflow_app", "ConnectionStrings:tradeflow_system" })
            settings[name] = line!.Through(rig.Platform.Settings[name]!); // there is one, and it is set
        return rig.NewFactory(settings).WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton(clock)));
    }

    // A loop that has a connection just then leaves another one for the record: a new one could not be made.
    private static async Task FillPoolsAsync(Database database)
    {
        foreach (var pool in new[] { database.App, database.System })
            foreach (var connection in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pool.OpenConnectionAsync().AsTask())))
                await connection.DisposeAsync();
    }

    // The replica knows the key, the symbol and the limits: what comes next needs the database for its record alone.
    private async Task<Trader> WarmAsync(WebApplicationFactory<Program> replica, int dedupeSeconds)
    {
        var trader = await rig.NewTraderAsync();
        await rig.ExecuteAsync($"update accounts.accounts set dedupe_seconds = {dedupeSeconds} where id = '{trader.Account}'");
        using var http = ApiFixture.NewClient(replica);
        await Eventually.True(() => replica.Services.GetRequiredService<RedisBus>().IsConnected, TimeSpan.FromSeconds(5), "Redis answers");
        (await trader.SendAsync(Path(trader), """{"intent":{"side":"sell","symbol":"EURUSD","qty":0.01,"type":"limit","price":9}}""",
            http: http)).Status.ShouldBe(HttpStatusCode.OK);
        // Its row is written: the connection that wrote it is free again.
        await trader.LoggedAsync("1");
        await FillPoolsAsync(replica.Services.GetRequiredService<Database>());
        await rig.ExecuteAsync($"update trading.orders set action = 'close' where account_id = '{trader.Account}'");
        return trader;
    }
}
