using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>What the commands and queries of one session share.</summary>
internal sealed class AccountSession : IDisposable
{
    private readonly CancellationTokenSource lifetime = new();
    private int ended;

    private AccountSession(
        IConnectorContext context, TradeLockerAccount account, TradeTransport transport, TradeCalls calls, BrokerConfig config,
        CloseLedger closes)
    {
        (Account, Clock, Log, Transport, Calls, Closes) = (account, context.Clock, context.Log, transport, calls, closes);
        Book = new Book(calls, config, lifetime.Token);
        Catalogue = new Catalogue(calls, context.Clock);
        Profits = new Profits(Catalogue, account.Currency, context.Clock);
    }

    public TradeLockerAccount Account { get; }
    public TimeProvider Clock { get; }
    public ILogger Log { get; }
    public TradeTransport Transport { get; }
    public TradeCalls Calls { get; }
    public Book Book { get; }
    public Catalogue Catalogue { get; }
    public Profits Profits { get; }
    public CloseLedger Closes { get; }
    public Placed Placed { get; } = new();

    /// <summary>Reads columns and limits; with them the session is ready.</summary>
    public static async Task<AccountSession> OpenAsync(
        IConnectorContext context, Uri baseUrl, TradeLockerAccount account, Login login, CancellationToken ct)
    {
        var transport = new TradeTransport(context, baseUrl, account.AccNum, login);
        var calls = new TradeCalls(transport, account.Id);
        var config = BrokerConfig.Read(await calls.ConfigAsync(ct));
        transport.Keep(config.Limits);
        return new AccountSession(context, account, transport, calls, config, await CloseLedger.OpenAsync(context.State, context.Log, ct));
    }

    /// <summary>The broker's name of an instrument; its number when the list does not have it.</summary>
    public async Task<string> NameOfAsync(long tradableId, CancellationToken ct) =>
        (await Catalogue.FindAsync(tradableId, ct))?.Name ?? $"#{tradableId}";

    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 1) return;
        lifetime.Cancel();
        lifetime.Dispose();
        Catalogue.Dispose();
        Closes.Dispose();
    }
}
