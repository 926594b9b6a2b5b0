using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Testing;

namespace Acme.Tests.Venue;

/// <summary>
/// The double of broker and terminal as the conformance kit sees it: a ledger, a few switches, and a channel to the agent. The kit makes
/// the faults.
/// </summary>
public sealed class AcmeVenue : IVenue
{
    private readonly Book book = new();
    private readonly Terminal terminal;

    private AcmeVenue() => terminal = new Terminal(book);

    /// <inheritdoc/>
    public VenuePowers Powers => VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals;

    /// <inheritdoc/>
    public string Mode => "demo";

    /// <inheritdoc/>
    public string Symbol => "EURUSD";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Uri> Endpoints { get; } = new Dictionary<string, Uri>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string> { ["login"] = "5001" };

    /// <inheritdoc/>
    public IAgentChannel Agent => terminal;

    /// <summary>There is nothing to start: the agent is played in this process.</summary>
    public static Task<AcmeVenue> StartAsync() => Task.FromResult(new AcmeVenue());

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken ct) => Done(() =>
    {
        book.Reset();
        terminal.Forget();
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) => Task.FromResult(book.Ledger);

    /// <inheritdoc/>
    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct) => Done(() => book.SetPrice(bid, ask));

    /// <inheritdoc/>
    public Task RefuseNextAsync(string words, CancellationToken ct) => Done(() => book.RefuseNext = words);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
