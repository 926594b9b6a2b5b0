using System.Net;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>The trading endpoints over the real Api, with a scripted broker behind a real lane.</summary>
public sealed class TradingEndpointTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_position_is_closed_in_part_then_in_full_then_not_again()
    {
        await using var rig = await TradingRig.StartAsync(api.Platform);
        var person = await Person.SignUpAsync(api);
        var position = await PositionAsync(rig, person);

        var part = await person.PostAsync("/api/orders/close", new { position_id = position, qty = 0.4m });
        part.Status.ShouldBe(HttpStatusCode.OK);
        part.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        part.Json.GetProperty("pnl").GetDecimal().ShouldBe(((1.0898m - 1.08m) * 40_000) - 1);
        part.Json.GetProperty("gross_pnl").GetDecimal().ShouldBe((1.0898m - 1.08m) * 40_000);

        (await person.PostAsync("/api/orders/close", new { position_id = position })).Status.ShouldBe(HttpStatusCode.OK);

        var again = await person.PostAsync("/api/orders/close", new { position_id = position });
        (again.Status, again.Code).ShouldBe((HttpStatusCode.Conflict, "position.closed"));
        (await person.GetAsync("/api/positions")).Json.GetArrayLength().ShouldBe(0);
        (await person.GetAsync("/api/orders?limit=1")).Json.GetProperty("next_cursor").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0.005")]
    public async Task A_quantity_that_cannot_be_closed_is_named(string qty)
    {
        await using var rig = await TradingRig.StartAsync(api.Platform);
        var person = await Person.SignUpAsync(api);
        var position = await PositionAsync(rig, person);

        var answer = await person.PostAsync("/api/orders/close", new { position_id = position, qty = decimal.Parse(qty) });

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["qty"]);
    }

    [Fact]
    public async Task The_brokers_refusal_of_a_close_is_told_in_its_words()
    {
        await using var rig = await TradingRig.StartAsync(api.Platform);
        var person = await Person.SignUpAsync(api);
        var position = await PositionAsync(rig, person, Move.Reject);

        var answer = await person.PostAsync("/api/orders/close", new { position_id = position });

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "broker.rejected"));
        answer.Text("detail").ShouldBe("Not enough margin.");
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task A_foreign_tenants_position_and_order_do_not_exist()
    {
        await using var rig = await TradingRig.StartAsync(api.Platform);
        var owner = await Person.SignUpAsync(api);
        var stranger = await Person.SignUpAsync(api);
        var position = await PositionAsync(rig, owner);
        await owner.PostAsync("/api/orders/close", new { position_id = position, qty = 0.1m });
        var order = (await owner.GetAsync("/api/orders")).Json.GetProperty("items")[0].GetProperty("id").GetGuid();

        (await stranger.PostAsync("/api/orders/close", new { position_id = position })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PostAsync("/api/orders/cancel", new { order_id = order })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PostAsync($"/api/orders/{order}/resolve", new { exists = true })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync($"/api/orders/{order}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync("/api/positions")).Json.GetArrayLength().ShouldBe(0);
        (await stranger.GetAsync("/api/orders")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_viewer_reads_and_closes_nothing()
    {
        await using var rig = await TradingRig.StartAsync(api.Platform);
        var owner = await Person.SignUpAsync(api);
        var viewer = await owner.InviteAsync(api, "viewer");
        var position = await PositionAsync(rig, owner);

        (await viewer.GetAsync("/api/positions")).Json.GetArrayLength().ShouldBe(1);
        (await viewer.PostAsync("/api/orders/close", new { position_id = position })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(true, "FILLED", 1)]
    [InlineData(false, "REJECTED", 0)]
    public async Task A_person_settles_what_evidence_could_not(bool exists, string status, long trades)
    {
        await using var rig = await TradingRig.StartAsync(api.Platform);
        var person = await Person.SignUpAsync(api);
        var account = await rig.AccountAsync(broker =>
        {
            broker.Next(Move.LoseRequest);
            broker.ConclusiveAbsence = false;
        }, tenant: person.TenantId);
        await rig.HoldsAsync(account);
        var order = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(order, "UNKNOWN");
        (await person.PostAsync($"/api/orders/{order}/resolve", new { exists })).Status.ShouldBe(HttpStatusCode.Conflict);
        await rig.SqlAsync($"update trading.orders set needs_review = true where id = '{order}'");

        var answer = await person.PostAsync($"/api/orders/{order}/resolve", new { exists });

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Text("status").ShouldBe(status);
        (await rig.TradesAsync(account)).ShouldBe(trades);
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?cursor=nonsense", "cursor")]
    [InlineData("?status=GONE", "status")]
    [InlineData("?account_id=7", "account_id")]
    public async Task A_wrong_question_is_answered_by_field(string query, string field)
    {
        var person = await Person.SignUpAsync(api);

        var answer = await person.GetAsync("/api/orders" + query);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe([field]);
    }

    private static async Task<Guid> PositionAsync(TradingRig rig, Person person, params Move[] moves)
    {
        var account = await rig.AccountAsync(broker =>
        {
            broker.OpenByHand("EURUSD", BrokerSdk.Side.Buy, 1);
            broker.Next(moves);
        }, tenant: person.TenantId);
        await rig.HoldsAsync(account);
        Guid? found = null;
        await Eventually.True(async () =>
        {
            found = (await rig.Reads.PositionsAsync(Wall.Around(new TenantId(person.TenantId)), null, null, default))
                .Select(position => (Guid?)position.Id).FirstOrDefault();
            return found is not null;
        }, TimeSpan.FromSeconds(15), "the position is there");
        return found!.Value;
    }
}
