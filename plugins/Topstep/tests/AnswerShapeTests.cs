using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>Answers of the gateway in shapes that the sources leave open, and answers that say yes and mean no.</summary>
public sealed class AnswerShapeTests
{
    public static TheoryData<string> Shapes => ["numbers as text", "nulls left out", "more than asked for", "all in other order"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_whole_way_of_an_order_reads_the_same_in_every_shape(string shape)
    {
        await using var desk = await Desk.OpenAsync();
        desk.Http.Bend = (_, body) => Shaped(shape, JsonNode.Parse(body))?.ToJsonString() ?? "";
        var session = await desk.ConnectAsync();

        var (position, order) = await desk.PositionAsync(session);

        (position.Side, position.Quantity, position.AveragePrice, position.StopLoss, position.TakeProfit).ShouldBe(
            (Side.Buy, 2m, 6000.25m, 5990.25m, 6010.25m));
        var found = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report;
        (found.Status, found.FilledQuantity, found.AveragePrice).ShouldBe((OrderStatus.Filled, 2m, 6000.25m));
        var closed = (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>().Report
            .ShouldNotBeNull();
        (closed.Status, closed.FilledQuantity, closed.RealizedPnl).ShouldBe((OrderStatus.Filled, 2m, -2.5m - 1.48m));
        (await desk.WorkingAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"orderId":0,"success":true,"errorCode":0,"errorMessage":null}""")]
    [InlineData("""{"success":true,"errorCode":0}""")]
    [InlineData("""{"orderId":12,"success":true,"errorCode":2,"errorMessage":null}""")]
    [InlineData("""{"orderId":12,"success":false,"errorCode":0,"errorMessage":null}""")]
    [InlineData("""{"orderId":12,"success":false,"errorCode":6,"errorMessage":null}""")]
    [InlineData("""{"orderId":12,"success":false,"errorCode":77,"errorMessage":"news"}""")]
    [InlineData("""{"orderId":12}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public async Task An_answer_that_proves_nothing_is_unknown_and_the_order_is_found_by_its_tag(string answer)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        desk.Http.Bend = (path, body) => path.EndsWith("Order/place", StringComparison.Ordinal) ? answer : body;
        var order = await desk.OrderAsync(session);

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Unknown>();

        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report.Status
            .ShouldBe(OrderStatus.Filled);
        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task A_yes_that_turns_out_to_be_a_no_is_told_by_the_order_itself()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync("reject", "PLACE_ORDER", text: "Invalid price. Price is outside allowed range.");
        desk.Http.Bend = (path, body) => path.EndsWith("Order/place", StringComparison.Ordinal) && JsonNode.Parse(body)
            ?["orderId"] is { } id ? $$"""{"orderId":{{id}},"success":true,"errorCode":0,"errorMessage":null}""" : body;
        var order = await desk.OrderAsync(session);

        var accepted = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, accepted.BrokerOrderId), default))
            .ShouldBeOfType<OrderLookup.Found>().Report.Status.ShouldBe(OrderStatus.Rejected);
        await Eventually.True(() =>
            Task.FromResult(watcher.Updates.Any(update => update is AccountUpdate.Order { Report: { Status: OrderStatus.Rejected } report }
                && report.ClientOrderId == order.ClientOrderId)), TimeSpan.FromSeconds(3), "the rejection is pushed");
    }

    [Theory]
    [InlineData("""{"orderId":12,"success":false,"errorCode":2,"errorMessage":null}""", RejectReason.Other)]
    [InlineData(
        """{"orderId":"12","success":false,"errorCode":"2","errorMessage":"Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets."}""",
        RejectReason.Other)]
    [InlineData("""{"orderId":0,"success":false,"errorCode":3,"errorMessage":null}""", RejectReason.InsufficientMargin)]
    [InlineData("""{"success":false,"errorCode":9,"errorMessage":""}""", RejectReason.InstrumentNotTradable)]
    public async Task A_no_is_a_no_whatever_order_id_comes_along(string answer, RejectReason reason)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.ArmAsync("reject", "PLACE_ORDER");
        desk.Http.Bend = (path, body) => path.EndsWith("Order/place", StringComparison.Ordinal) ? answer : body;

        (await session.PlaceAsync(await desk.OrderAsync(session), default)).ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("""{"title":"One or more validation errors occurred.","status":400,"errors":{"accountId":["is required"]}}""",
        typeof(Answer.Invalid))]
    [InlineData("""{"success":false,"errorCode":2,"errorMessage":null}""", typeof(Answer.Refused))]
    [InlineData("""{"title":"Bad Request","status":400}""", typeof(Answer.Unreadable))]
    [InlineData("<html>", typeof(Answer.Unreadable))]
    public void A_bad_request_is_a_no_in_both_envelopes_and_proves_nothing_in_any_other(string body, Type read) =>
        Answer.Read(System.Net.HttpStatusCode.BadRequest, null, body).ShouldBeOfType(read);

    [Fact]
    public async Task A_filled_order_whose_volume_is_nought_is_filled_in_full()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        desk.Http.Bend = (_, body) => body.Replace("\"fillVolume\":2", "\"fillVolume\":0", StringComparison.Ordinal);
        var order = await desk.OrderAsync(session);
        await session.PlaceAsync(order, default);

        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report.FilledQuantity
            .ShouldBe(2m);
    }

    [Fact]
    public async Task Legs_that_carry_a_tag_made_from_the_entry_s_are_legs_all_the_same()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        desk.Http.Bend = (path, body) => path.Contains("Order/search", StringComparison.Ordinal) ? Tagged(JsonNode.Parse(body)) : body;
        var (position, order) = await desk.PositionAsync(session);
        (position.StopLoss, position.TakeProfit).ShouldBe((5990.25m, 6010.25m));

        await session.ClosePositionAsync(desk.Close(position, order), default);

        (await desk.WorkingAsync()).ShouldBeEmpty();

        static string Tagged(JsonNode? body)
        {
            foreach (var row in body?["orders"]?.AsArray() ?? [])
                if (row is not null && row["type"]?.GetValue<int>() is 1 or 4) row["customTag"] = "tf0000000000000000000001-SL";
            return body?.ToJsonString() ?? "";
        }
    }

    [Fact]
    public async Task A_close_whose_order_is_never_listed_is_told_by_its_trade_and_leaves_no_leg()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        desk.Http.Bend = (path, body) => path.EndsWith("Order/search", StringComparison.Ordinal)
            ? WithoutMarket(JsonNode.Parse(body), order.ClientOrderId) : body;

        var report = (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>().Report
            .ShouldNotBeNull();

        (report.Status, report.FilledQuantity, report.AveragePrice, report.RealizedPnl).ShouldBe(
            (OrderStatus.Filled, 2m, 6000.00m, -2.5m - 1.48m));
        (await desk.WorkingAsync()).ShouldBeEmpty();

        static string WithoutMarket(JsonNode? body, string entry)
        {
            var orders = body?["orders"]?.AsArray() ?? [];
            foreach (var row in orders.Where(row => row?["type"]?.GetValue<int>() is 2 && row["customTag"]?.GetValue<string>() != entry)
                .ToList())
                orders.Remove(row);
            return body?.ToJsonString() ?? "";
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Legs_whose_cancel_is_refused_once_are_tried_until_they_are_gone(int code)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        await desk.ArmAsync("reject", "CANCEL_ORDER", count: 2, status: code);

        (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await desk.WorkingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancel_that_hangs_holds_up_neither_the_close_nor_the_other_leg_nor_the_stream()
    {
        await using var desk = await Desk.OpenAsync();
        desk.Http.Timeout = TimeSpan.FromSeconds(10);
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        var (position, order) = await desk.PositionAsync(session);
        await desk.ArmAsync("timeout_before", "CANCEL_ORDER", count: 1);
        var asked = Stopwatch.StartNew();

        (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>().Report
            .ShouldNotBeNull().Status.ShouldBe(OrderStatus.Filled);

        asked.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
        (await desk.WorkingAsync()).Length.ShouldBe(1);
        await Eventually.True(async () => (await desk.WorkingAsync()).Length == 0, TimeSpan.FromSeconds(15), "the other leg is gone, too");
        watcher.Positions.ShouldBeEmpty();
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task Legs_that_were_never_seen_waiting_are_known_by_their_entry_after_a_restart()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.PositionAsync(await desk.ConnectAsync());
        await using var watcher = await new Watcher(await desk.RestartAsync()).StartedAsync();
        (await desk.WorkingAsync()).Length.ShouldBe(2);

        await desk.ByHandAsync(2, "sell");

        await Eventually.True(async () => (await desk.WorkingAsync()).Length == 0, TimeSpan.FromSeconds(12), "the legs are gone");
        watcher.Error.ShouldBeNull();
    }

    private static JsonNode? Shaped(string shape, JsonNode? node) => node switch
    {
        JsonObject group when shape is "all in other order" =>
            new JsonObject(group.Reverse().Select(member => KeyValuePair.Create(member.Key, Shaped(shape, member.Value)))),
        JsonObject group when shape is "nulls left out" => new JsonObject(
            group.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Key, Shaped(shape, member.Value)))),
        JsonObject group => new JsonObject(group.Select(member => KeyValuePair.Create(member.Key, Shaped(shape, member.Value)))
            .Concat(shape is "more than asked for" ? [KeyValuePair.Create<string, JsonNode?>("linkedOrderId", 7),
                KeyValuePair.Create<string, JsonNode?>("more", new JsonObject { ["deep"] = new JsonArray(1, "x", null) })] : [])),
        JsonArray list => new JsonArray([.. (shape is "all in other order" ? list.Reverse() : list).Select(item => Shaped(shape, item))]),
        JsonValue value when shape is "numbers as text" && value.GetValueKind() is System.Text.Json.JsonValueKind.Number =>
            JsonValue.Create(value.GetValue<decimal>().ToString(CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };
}
