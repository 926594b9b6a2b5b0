using System.Net;
using System.Text.Json;
using TradeFlow.BrokerSdk.Testing;
using TradeFlow.EndToEnd.Tests.Support;
using TradeFlow.Partners;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>Connectors that arrive while the system runs: a partner's own, and ones that nobody should have written.</summary>
[Collection(SystemCollection.Name)]
public sealed class PluginTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_connector_written_from_the_template_trades_in_a_system_that_was_never_restarted()
    {
        using var workshop = await PartnerWorkshop.OpenAsync(withTool: false);
        var folder = await workshop.NewAsync("Nordbank");
        await workshop.BuildAsync(folder);
        await using var venue = await ConformanceTarget.FromAssembly(
            Path.Combine(folder, "Nordbank.Tests", "bin", "Debug", "net10.0", "Nordbank.Tests.dll")).OpenVenueAsync(CancellationToken.None);
        var built = Path.Combine(folder, "Nordbank", "bin", "plugin");
        var manifest = Path.Combine(built, "connector.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest))
            .Replace("http://localhost:8095", venue.Endpoints["api"].AbsoluteUri, StringComparison.Ordinal));
        var worker = system.FindPart("TradeFlow.Worker");
        using var trader = await Trader.SignUpAsync(system);

        using var dropped = new DroppedPlugin(system, built, "Nordbank");
        await trader.BrokerInStateAsync("nordbank", "active", Soon);

        await trader.ConnectAsync("nordbank",
            new { user = venue.Credentials["user"], password = venue.Credentials["password"], mode = "sim" });
        var entry =
            await trader.AlertAsync(new { side = "buy", symbol = "EURUSD", qty = 0.2, sl = new { mode = "price", value = 1.0900 } });
        await trader.OrderInStateAsync(OrderOf(entry), "FILLED", Settled);
        var position = await Eventually.Value(async () => (await trader.PositionsAsync()).Cast<JsonElement?>().SingleOrDefault() is { } one
            ? new { Json = one } : null, Soon, "the position is seen");
        position.Json.GetProperty("qty").GetDecimal().ShouldBe(0.2m);
        position.Json.GetProperty("stop_loss").GetDecimal().ShouldBe(1.09m);

        var exit = await trader.AlertAsync(new { action = "close", symbol = "EURUSD" });
        await trader.OrderInStateAsync(OrderOf(exit), "FILLED", Settled);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, Soon, "the account is flat");
        (await venue.OrdersAsync(CancellationToken.None)).ShouldHaveSingleItem().ClientOrderId!.ShouldStartWith("tf");
        system.FindPart("TradeFlow.Worker").ShouldBe(worker, "nothing was restarted");
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task A_connector_that_overflows_the_stack_ends_its_own_process_and_no_other_and_doubles_nothing()
    {
        using var bystander = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        using var broken = new DroppedPlugin(system, DroppedPlugin.Sample("Broken"), "Broken");
        using var dropped = new DroppedPlugin(system, DroppedPlugin.Sample("Good"), "Sample");
        using var victim = await Trader.SignUpAsync(system);
        await victim.BrokerInStateAsync("sample", "active", Soon);
        (await victim.BrokerInStateAsync("broken", "faulted", Soon)).GetProperty("reason").GetString()!.ShouldContain("I never work.");
        await victim.ConnectAsync("sample", new { behaviour = "overflows", mode = "demo" });
        await FilledAsync(bystander, new { side = "buy", symbol = "GBPUSD", qty = 0.1 });
        await broker.ArmAsync(bystander, "timeout_after", "PLACE_ORDER");
        var inFlight = bystander.AlertAsync(new { side = "sell", symbol = "AUDUSD", qty = 0.2 });
        await Eventually.True(async () => (await broker.LedgerAsync(bystander)).Length == 2, Soon, "the broker has the second order");
        var worker = system.FindPart("TradeFlow.Worker").ShouldNotBeNull();

        var fatal = await victim.AlertAsync(new { side = "buy", symbol = "EURUSD", qty = 1 });

        await bystander.OrderInStateAsync(OrderOf(await inFlight), "FILLED", Settled);
        await FilledAsync(bystander, new { side = "buy", symbol = "EURUSD", qty = 0.3 });
        var ledger = await broker.LedgerAsync(bystander);
        ledger.Length.ShouldBe(3);
        ledger.Select(order => order.GetProperty("tag").GetString()).Distinct().Count().ShouldBe(3);

        // The order that did it is looked up in a process that was started after it, found nowhere, and not sent a second time.
        // Where that is quick, the answer says so already.
        fatal.Status.ShouldBeOneOf(HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity);
        // it was recorded in either case
        var order = await victim.OrderInStateAsync(fatal.Json.GetProperty("order_id").GetString()!, "REJECTED", Settled);
        order.GetProperty("reject_reason").GetString().ShouldNotBeNullOrEmpty();
        system.FindPart("TradeFlow.Worker").ShouldBe(worker, "nothing else was restarted");
    }

    private static async Task FilledAsync(Trader trader, object intent) =>
        await trader.OrderInStateAsync(OrderOf(await trader.AlertAsync(intent)), "FILLED", Settled);

    private static string OrderOf(Answer alert)
    {
        alert.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        return alert.Json.GetProperty("order_id").GetString()!; // it was taken
    }
}
