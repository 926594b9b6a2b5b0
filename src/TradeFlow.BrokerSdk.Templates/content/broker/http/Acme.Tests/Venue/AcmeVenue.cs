using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk.Testing;

namespace Acme.Tests.Venue;

/// <summary>
/// The double of the broker as the conformance kit sees it: a server on this machine with a ledger and a few switches. The kit makes the
/// faults.
/// </summary>
public sealed class AcmeVenue : IVenue
{
    private readonly WebApplication server;
    private readonly Book book = new();
    private readonly Door door = new();
#if (hasFeed)
    private readonly Feed feed;
#endif

    private AcmeVenue(WebApplication server)
    {
        this.server = server;
#if (hasFeed)
        feed = new Feed(book);
        server.UseWebSockets();
        new Routes(book, door, feed).Map(server);
#else
        new Routes(book, door).Map(server);
#endif
    }

    /// <inheritdoc/>
    public VenuePowers Powers { get; } =
#if (hasFeed)
        VenuePowers.StreamFaults |
#endif
#if (auth == "password")
        VenuePowers.TokenExpiry |
#endif
        VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals | VenuePowers.PartialFills;

    /// <inheritdoc/>
    public string Mode => "demo";

    /// <inheritdoc/>
    public string Symbol => "EURUSD";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Uri> Endpoints => new Dictionary<string, Uri> { ["api"] = Address };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Credentials => Door.Credentials;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? WrongCredentials => Door.WrongCredentials;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!; // set where it is made

    /// <summary>Starts it on a port of 127.0.0.1; 0 takes a free one.</summary>
    public static async Task<AcmeVenue> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var venue = new AcmeVenue(server);
        server.Urls.Add($"http://127.0.0.1:{port}");
        await server.StartAsync();
        // it has started
        venue.Address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return venue;
    }

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken ct) => Done(() =>
    {
        book.Reset();
#if (hasFeed)
        feed.Fault = StreamFault.None;
#endif
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) => Task.FromResult(book.Ledger);

    /// <inheritdoc/>
    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct) => Done(() => book.SetPrice(bid, ask));

    /// <inheritdoc/>
    public Task RefuseNextAsync(string words, CancellationToken ct) => Done(() => book.RefuseNext = words);

    /// <inheritdoc/>
    public Task FillPartOfNextAsync(CancellationToken ct) => Done(() => book.FillsPartOfNext = true);

#if (auth == "password")
    /// <inheritdoc/>
    public Task ExpireTokensAsync(CancellationToken ct) => Done(door.EndTokens);

#endif
#if (hasFeed)
    /// <inheritdoc/>
    public Task DisturbStreamAsync(StreamFault fault, CancellationToken ct) => Done(() => feed.Fault = fault);

    /// <summary>Ends the connections of the feed, as brokers do.</summary>
    public void HangUp() => feed.HangUp();

#endif
    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
#if (hasFeed)
        feed.HangUp();
#endif
        return server.DisposeAsync();
    }

#if (hasFeed)
    private Task Done(Action act)
    {
        act();
        return feed.TellAsync();
    }
#else
    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
#endif
}
