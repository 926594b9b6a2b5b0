using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

internal sealed class NoSnapshot(Toy toy) : ToyConnector(toy)
{
    public override async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new AccountUpdate.Heartbeat(Toy.Context.Clock.GetUtcNow());
        await foreach (var update in base.StreamAsync(ct).WithCancellation(ct)) yield return update;
    }
}

internal sealed class SilentAboutFills(Toy toy) : ToyConnector(toy)
{
    protected override IEnumerable<AccountUpdate> Updates(WireEvent told) =>
        base.Updates(told).Where(update => update is not AccountUpdate.Position { Closed: false });
}

internal sealed class SilentAboutCloses(Toy toy) : ToyConnector(toy)
{
    protected override IEnumerable<AccountUpdate> Updates(WireEvent told) =>
        base.Updates(told).Where(update => update is not AccountUpdate.Position { Closed: true });
}

internal sealed class StreamsOn(Toy toy) : ToyConnector(toy)
{
    public override async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var update in base.StreamAsync(CancellationToken.None).WithCancellation(CancellationToken.None)) yield return update;
    }
}

internal sealed class FlatWhenBlind(Toy toy) : ToyConnector(toy)
{
    public override async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var updates = base.StreamAsync(ct).GetAsyncEnumerator(ct);
        while (true)
        {
            AccountUpdate? update;
            try
            {
                update = await updates.MoveNextAsync() ? updates.Current : null;
            }
            catch (ConnectorException)
            {
                update = null;
            }
            yield return update
                ?? new AccountUpdate.Snapshot(new BrokerState { At = Toy.Context.Clock.GetUtcNow(), OpenOrders = [], Positions = [] });
            if (update is null) yield break;
        }
    }
}

internal sealed class CountsTwice(Toy toy) : ToyConnector(toy)
{
    private int seen;

    protected override IEnumerable<AccountUpdate> Updates(WireEvent told) =>
        base.Updates(told).Select(update => update is AccountUpdate.Fill fill
            ? new AccountUpdate.Fill(fill.Report with { BrokerFillId = $"{fill.Report.BrokerFillId}-{++seen}" }) : update);
}

internal sealed class DropsLateEvents(Toy toy) : ToyConnector(toy)
{
    private int last;

    protected override IEnumerable<AccountUpdate> Updates(WireEvent told)
    {
        if (told.Id < last) return [];
        last = told.Id;
        return base.Updates(told);
    }
}

internal sealed class StrangeEarlyFills(Toy toy) : ToyConnector(toy)
{
    private readonly HashSet<string> answered = new(StringComparer.Ordinal);

    public override async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        var outcome = await base.PlaceAsync(order, ct);
        lock (answered) answered.Add(outcome is OrderOutcome.Accepted accepted ? accepted.BrokerOrderId : "");
        return outcome;
    }

    protected override IEnumerable<AccountUpdate> Updates(WireEvent told) => base.Updates(told).Select(update => update switch
    {
        AccountUpdate.Fill { Report: var fill } when !Knows(fill.BrokerOrderId) =>
            new AccountUpdate.Fill(fill with { BrokerOrderId = $"external-{fill.BrokerOrderId}" }),
        _ => update,
    });

    private bool Knows(string id)
    {
        lock (answered) return answered.Contains(id);
    }
}

internal sealed class Polls : ToyConnector
{
    private readonly CancellationTokenSource end = new();

    public Polls(Toy toy) : base(toy) => _ = PollAsync();

    public override async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await base.DisposeAsync();
    }

    private async Task PollAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(10), Toy.Context.Clock, end.Token);
                _ = await base.GetAccountAsync(end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectorException or ObjectDisposedException)
        {
            // The session has ended.
        }
    }
}

internal sealed class GoesOn(Toy toy) : ToyConnector(toy)
{
    private int disposed;

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0) _ = GoOnAsync();
        return base.DisposeAsync();
    }

    private async Task GoOnAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(10), Toy.Context.Clock);
                _ = await base.GetAccountAsync(CancellationToken.None);
            }
        }
        catch (Exception e) when (e is ConnectorException or ObjectDisposedException)
        {
            // The host has gone.
        }
    }
}

internal sealed class DisposedOnce(Toy toy) : ToyConnector(toy)
{
    private bool disposed;

    public override ValueTask DisposeAsync()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        disposed = true;
        return base.DisposeAsync();
    }
}

internal sealed class EndsSiblings(Toy toy) : ToyConnector(toy)
{
    public override ValueTask DisposeAsync()
    {
        Toy.Factory.Closed = true;
        return base.DisposeAsync();
    }

    public override Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        Toy.Factory.Closed ? Task.FromResult<OrderOutcome>(new OrderOutcome.NotSent("The session has ended.")) : base.PlaceAsync(order, ct);
}

internal sealed class StaysInMemory : ToyConnector
{
    public StaysInMemory(Toy toy) : base(toy) => AppDomain.CurrentDomain.ProcessExit += OnExit;

    private void OnExit(object? sender, EventArgs e) => GC.KeepAlive(this);
}
