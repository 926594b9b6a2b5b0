using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

internal sealed class NoClosedOrders(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        await base.FindOrderAsync(order, ct) is var lookup && lookup is OrderLookup.Found { Report.Status: OrderStatus.Canceled }
            ? new OrderLookup.Absent(Conclusive: true) : lookup;
}

internal sealed class ProvesNothing(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        await base.FindOrderAsync(order, ct) is var lookup && lookup is OrderLookup.Absent
            ? new OrderLookup.Absent(Conclusive: false) : lookup;
}

internal sealed class DeniesYoungOrders(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        await base.FindOrderAsync(order, ct) is var lookup && order.BrokerOrderId is not null
        && lookup is OrderLookup.Found { Report.CreatedAt: { } at } && Toy.Context.Clock.GetUtcNow() - at < TimeSpan.FromSeconds(2)
            ? new OrderLookup.Absent(Conclusive: true)
            : lookup;
}

internal sealed class FailedIsAbsent(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        try
        {
            return await base.FindOrderAsync(order, ct);
        }
        catch (ConnectorException)
        {
            return new OrderLookup.Absent(Conclusive: false);
        }
    }
}

internal sealed class FailedIsFlat(Toy toy) : ToyConnector(toy)
{
    protected override async Task<WirePosition[]> PositionsAsync(CancellationToken ct)
    {
        try
        {
            return await base.PositionsAsync(ct);
        }
        catch (ConnectorException)
        {
            return [];
        }
    }
}

internal sealed class NewFillIds(Toy toy) : ToyConnector(toy)
{
    public override async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) =>
        await base.GetStateAsync(window, ct) is var state
            ? state with { Fills = [.. state.Fills.Select(fill => fill with { BrokerFillId = Guid.NewGuid().ToString() })] } : state;
}

internal sealed class IgnoresWindow(Toy toy) : ToyConnector(toy)
{
    public override Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => base.GetStateAsync(new StateWindow(), ct);
}

internal sealed class Forgets(Toy toy) : ToyConnector(toy)
{
    private HashSet<string>? before;

    protected override async Task<WirePosition[]> PositionsAsync(CancellationToken ct)
    {
        var positions = await base.PositionsAsync(ct);
        before ??= [.. positions.Select(position => position.Id)];
        return [.. positions.Where(position => !before.Contains(position.Id))];
    }

    public override async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        _ = await PositionsAsync(ct);
        return await base.PlaceAsync(order, ct);
    }
}

internal sealed class OtherPositionId(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        await base.FindOrderAsync(order, ct) is var lookup && lookup is OrderLookup.Found found
            ? new OrderLookup.Found(found.Report with { BrokerPositionId = found.Report.BrokerOrderId }) : lookup;
}
