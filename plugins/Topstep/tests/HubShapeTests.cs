using System.Collections.Concurrent;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>The user hub in every shape that the sources leave open. Each reads the same.</summary>
public sealed class HubShapeTests
{
    private const string Bare = """{"id":77,"accountId":9101,"contractId":"CON.F.US.MES.Z26","creationTimestamp":"2026-11-20T15:00:00+00:00","type":1,"size":3,"averagePrice":6000.25}""";

    [Theory]
    [InlineData($"[{Bare}]")]
    [InlineData($$"""[{"action":1,"data":{{Bare}}}]""")]
    [InlineData($$"""[[{"action":1,"data":{{Bare}}}]]""")]
    [InlineData($"[9101,{Bare}]")]
    [InlineData($$"""["9101",{"action":"1","data":{{Bare}}}]""")]
    [InlineData("""[{"action":1,"data":{"id":"77","accountId":"9101","contractId":"CON.F.US.MES.Z26","contractDisplayName":"MESZ6","creationTimestamp":"2026-11-20T15:00:00Z","type":"1","size":"3","averagePrice":"6000.25","more":{"deep":[1]}}}]""")]
    [InlineData("""[{"id":77,"contractId":"CON.F.US.MES.Z26","type":1,"size":3,"averagePrice":6000.25,"creationTimestamp":null}]""")]
    public async Task A_position_reads_the_same_however_it_is_wrapped(string arguments)
    {
        await using var stage = await Stage.OpenAsync();

        stage.Hub.Tell("GatewayUserPosition", arguments);

        await stage.SeesAsync(Is3Long, "the position");
        stage.Opened.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Records_do_not_end_where_messages_end()
    {
        await using var stage = await Stage.OpenAsync();
        var record = $$"""{"type":1,"target":"GatewayUserPosition","arguments":[{{Bare}}]}""" + ScriptedHub.End;

        stage.Hub
            .Say(
                $$"""{"type":6}{{ScriptedHub.End}}{{ScriptedHub.End}}{"type":99}{{ScriptedHub.End}}[]{{ScriptedHub.End}}{"type":"6"}{{ScriptedHub.End}}""" +
                record[..40]);
        foreach (var letter in record[40..]) stage.Hub.Say(letter.ToString());

        await stage.SeesAsync(Is3Long, "the position");
        stage.Opened.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_position_that_closes_may_leave_its_price_out()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Hub.Tell("GatewayUserPosition", $"[{Bare}]");

        stage.Hub.Tell("GatewayUserPosition",
            """[{"action":1,"data":{"id":77,"accountId":9101,"contractId":"CON.F.US.MES.Z26","type":1,"size":0}}]""");

        await stage.SeesAsync(update => update is AccountUpdate.Position { Closed: true, Report.BrokerPositionId: "77" }, "the close");
    }

    [Fact]
    public async Task An_account_event_that_tells_the_balance_alone_says_nothing_of_the_right_to_trade()
    {
        await using var stage = await Stage.OpenAsync();

        stage.Hub.Tell("GatewayUserAccount", """[{"action":1,"data":{"id":9101,"balance":49000.5}}]""");

        await stage.SeesAsync(update => update is AccountUpdate.Balance { Account: { Balance: 49000.5m, CanTrade: true } }, "the balance");
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_costs_a_look_and_not_the_connection()
    {
        await using var stage = await Stage.OpenAsync();

        stage.Hub.Tell("GatewayUserTrade", """[{"action":0,"data":{"id":"no number"}}]""");

        await stage.SeesAsync(update => update is AccountUpdate.Snapshot, "a look", skip: 1);
        stage.Opened.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_in_the_address_and_in_the_header()
    {
        await using var stage = await Stage.OpenAsync();

        var request = stage.Opened.ShouldHaveSingleItem().Request;

        var token = Uri.UnescapeDataString(request.Address.Query["?access_token=".Length..]);
        token.ShouldNotBeEmpty();
        request.Headers["Authorization"].ShouldBe($"Bearer {token}");
        request.Address.AbsolutePath.ShouldEndWith("/hubs/user");
    }

    [Theory]
    [InlineData("""{"type":7,"allowReconnect":true}""")]
    [InlineData("""{"type":7,"error":"Connection closed with an error.","allowReconnect":false}""")]
    [InlineData("this is no record")]
    public async Task A_hub_that_ends_the_connection_gets_another_one(string last)
    {
        await using var stage = await Stage.OpenAsync();

        stage.Hub.Say(last + ScriptedHub.End);

        await Eventually.True(() => Task.FromResult(stage.Opened.Count == 2 && stage.Hub.IsSubscribed), TimeSpan.FromSeconds(5),
            "another connection");
        stage.Hub.Tell("GatewayUserPosition", $"[{Bare}]");
        await stage.SeesAsync(Is3Long, "the position");
    }

    [Fact]
    public async Task Answers_may_carry_an_error_that_is_null_and_an_id_that_is_a_number()
    {
        await using var stage =
            await Stage.OpenAsync(() => new ScriptedHub { Answer = (_, _, id) => $$"""{"type":3,"invocationId":{{id}},"error":null}""" });

        stage.Hub.Tell("GatewayUserPosition", $"[{Bare}]");

        await stage.SeesAsync(Is3Long, "the position");
    }

    [Fact]
    public async Task An_account_that_the_hub_refuses_is_read_and_takes_no_other_along()
    {
        await using var stage = await Stage.OpenAsync(() => new ScriptedHub
        {
            Answer = (method, arguments, id) => method != "SubscribeAccounts" && arguments[0].GetInt32() == 9101
                ? $$"""{"type":3,"invocationId":"{{id}}","error":"Account not found"}""" : ScriptedHub.Done(id),
        }, beats: false);

        await stage.Desk.ByHandAsync(1, "buy");

        await stage.SeesAsync(update => update is AccountUpdate.Position { Report.Quantity: 1 }, "what was read");
        stage.Opened.Count.ShouldBe(1);
        stage.Watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_hub_that_answers_no_call_is_read_around()
    {
        await using var stage = await Stage.OpenAsync(() => new ScriptedHub { Answer = (_, _, _) => null }, beats: false);

        await stage.Desk.ByHandAsync(1, "buy");

        await stage.SeesAsync(update => update is AccountUpdate.Position { Report.Quantity: 1 }
            || update is AccountUpdate.Snapshot { State.Positions.Count: 1 }, "what was read");
    }

    [Fact]
    public async Task A_position_id_that_is_used_again_opens_again()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Desk.Http.Bend = (path, body) => path.EndsWith("Position/searchOpen", StringComparison.Ordinal)
            ? $$"""{"success":true,"errorCode":0,"positions":[{{Bare}}]}""" : body;
        stage.Hub.Tell("GatewayUserPosition", $"[{Bare}]");
        stage.Hub.Tell("GatewayUserPosition", $"[{Bare.Replace("\"size\":3", "\"size\":0", StringComparison.Ordinal)}]");
        await stage.SeesAsync(update => update is AccountUpdate.Position { Closed: true }, "the close");
        var told = stage.Watcher.Updates.Count;

        stage.Hub.Tell("GatewayUserPosition", $"[{Bare}]");

        await stage.SeesAsync(Is3Long, "the position again", skip: stage.Watcher.Updates.Take(told).Count(Is3Long));
        stage.Hub.Tell("GatewayUserPosition",
            $"[{Bare.Replace("\"type\":1,\"size\":3", "\"type\":2,\"size\":1", StringComparison.Ordinal)}]");
        await stage.SeesAsync(update => update is AccountUpdate.Position { Closed: false, Report: { Side: Side.Sell, Quantity: 1 } },
            "and turned round under the same id");
    }

    [Fact]
    public async Task A_state_that_the_documents_do_not_explain_is_no_end_of_an_order()
    {
        await using var stage = await Stage.OpenAsync();
        const string Order = """{"id":501,"accountId":9101,"contractId":"CON.F.US.MES.Z26","status":0,"type":2,"side":0,"size":2,"customTag":"tf0000000000000000000009"}""";

        stage.Hub.Tell("GatewayUserOrder", $"[{Order}]");
        stage.Hub.Tell("GatewayUserOrder", $"[{Order.Replace("\"status\":0", "\"status\":2", StringComparison.Ordinal)}]");

        await stage.SeesAsync(update => update is AccountUpdate.Order { Report: { BrokerOrderId: "501", Status: OrderStatus.Filled,
            FilledQuantity: 2 } }, "that it is filled");
    }

    [Theory]
    [InlineData("""{"lastPrice":"6000.5","bestBid":0,"bestAsk":null}""", 6000.5, 6000.5)]
    [InlineData("""{"bestBid":6000.25,"bestAsk":6000.5}""", 6000.25, 6000.5)]
    [InlineData("""{"symbol":"F.US.MES","lastPrice":6000.5,"bestAsk":6000.75}""", 6000.5, 6000.75)]
    public async Task A_quote_that_is_partial_is_a_price_all_the_same(string quote, double bid, double ask)
    {
        await using var desk = await Desk.OpenAsync();
        desk.Http.Hubs["market"] = _ => new ScriptedHub
        {
            Answer = (_, _, id) => $$"""{"type":1,"target":"GatewayQuote","arguments":[17,{}]}{{ScriptedHub.End}}{"type":1,"target":"GatewayQuote","arguments":["CON.F.US.MES.Z26",{{quote}}]}{{ScriptedHub.End}}{{ScriptedHub.Done(id)}}""",
        };
        var session = await desk.ConnectAsync();

        var told = await session.GetQuoteAsync("CON.F.US.MES.Z26", default);

        (told.Bid, told.Ask).ShouldBe(((decimal)bid, (decimal)ask));
        (await desk.CallsAsync("BARS")).ShouldBe(0);
    }

    private static bool Is3Long(AccountUpdate update) => update is AccountUpdate.Position { Closed: false,
        Report: { BrokerPositionId: "77", Side: Side.Buy, Quantity: 3, AveragePrice: 6000.25m } };

    /// <summary>A session whose reads go to the simulator and whose hub is the test's.</summary>
    private sealed class Stage(Desk desk) : IAsyncDisposable
    {
        public Desk Desk => desk;
        public ConcurrentQueue<(SocketRequest Request, ScriptedHub Hub)> Opened { get; } = new();
        public ScriptedHub Hub => Opened.Last().Hub;
        public Watcher Watcher { get; private set; } = null!; // OpenAsync gives it before anybody has the stage

        public static async Task<Stage> OpenAsync(Func<ScriptedHub>? hub = null, bool beats = true)
        {
            var stage = new Stage(await Desk.OpenAsync());
            stage.Desk.Http.Hubs["user"] = request =>
            {
                var opened = hub?.Invoke() ?? new ScriptedHub();
                stage.Opened.Enqueue((request, opened));
                return opened;
            };
            stage.Watcher = new Watcher(await stage.Desk.ConnectAsync());
            if (beats) await stage.Watcher.StartedAsync();
            else await stage.SeesAsync(update => update is AccountUpdate.Snapshot, "the first look");
            return stage;
        }

        public Task SeesAsync(Func<AccountUpdate, bool> wanted, string what, int skip = 0) =>
            Eventually.True(() => Task.FromResult(Watcher.Updates.Count(wanted) > skip), TimeSpan.FromSeconds(8),
                () => $"{what}; told: {string.Join(", ", Watcher.Updates)}; {Watcher.Error}");

        public async ValueTask DisposeAsync()
        {
            await Watcher.DisposeAsync();
            await desk.DisposeAsync();
        }
    }
}
