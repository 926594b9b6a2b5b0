using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading.Emergency;

/// <summary>
/// An emergency stop while PostgreSQL fails its worker, once, at each round trip of closing and seeing it through: it ends flat all the
/// same.
/// </summary>
public sealed class StopFaultTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] Writes =
        ["_position(", "_positions(", "update trading.", "add_fills(", "settle_orders(", "claim_orders(", "enqueue_order("];
    private static readonly string[] Reads = ["trading.positions", "trading.stopped_accounts"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_ends_flat_wherever_PostgreSQL_fails(bool committed)
    {
        await using var postgres = FaultyPostgres.Before(api.Platform);
        await using var rig = await StopRig.StartAsync(api, settings: postgres.Settings(api.Platform));
        var at = 0;
        while (await StopAsync(rig, postgres, at, committed)) at++;

        at.ShouldBeGreaterThan(committed ? 5 : 10, "round trips of a stop");
    }

    private async Task<bool> StopAsync(StopRig rig, FaultyPostgres postgres, int at, bool committed)
    {
        var account = await rig.HeldAccountAsync(broker =>
        {
            broker.OpenByHand("EURUSD", Side.Buy, 1);
            broker.OpenByHand("GBPUSD", Side.Sell, 1);
        });
        await Eventually.True(async () => await OpenAsync(account) == 2, TimeSpan.FromSeconds(15), "both are known");
        var fault = postgres.BreakAt(
            at, committed, text => Concerned(committed).Any(part => text.Contains(part, StringComparison.Ordinal)));

        var answer = await rig.StopAsync(new { account_id = account.Id.Value });

        var where = $"round trip {at}, {(committed ? "committed" : "not heard")}: {fault.Text}";
        var state = $"select state from trading.stopped_accounts where account_id = '{account.Id}'";
        await Eventually.True(
            async () => await api.ScalarAsync<string>(state) == "flat",
            TimeSpan.FromSeconds(45), () => $"it is flat. {where} {answer.Json}");
        rig.Broker(account).Positions.ShouldBeEmpty(where);
        (await OpenAsync(account)).ShouldBe(0, where);
        // Each was closed once, whatever was not answered.
        rig.Broker(account).Ledger.Distinct().Count().ShouldBe(2, where);
        rig.Broker(account).Ledger.Count.ShouldBe(2, where);
        // Its lane must not meet the next fault.
        await api.ExecuteAsync($"update accounts.accounts set deleted_at = now() where id = '{account.Id}'");
        await Eventually.True(() => !rig.Worker.Host.Holds(account.Id.Value), TimeSpan.FromSeconds(20), "the lane has ended");
        return fault.IsMet;
    }

    // A read that was heard and not answered is a read that was not heard.
    private static IEnumerable<string> Concerned(bool committed) => committed ? Writes : Writes.Concat(Reads);

    private Task<long> OpenAsync(TestAccount account) =>
        api.ScalarAsync<long>($"select count(*) from trading.positions where account_id = '{account.Id}' and status = 'OPEN'");
}
