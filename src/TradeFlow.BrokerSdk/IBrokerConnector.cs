namespace TradeFlow.BrokerSdk;

/// <summary>The entry point of a plugin: one public class with a parameterless constructor implements it.</summary>
/// <remarks>The constructor does no I/O and starts nothing: the host creates the factory to read what the plugin offers.</remarks>
public interface IConnectorFactory
{
    /// <summary>Logs in at the broker with the user's credentials.</summary>
    /// <param name="request">Mode, endpoints and, once chosen, the broker account to trade.</param>
    /// <param name="context">Everything the plugin may touch. It outlives the session that is opened with it.</param>
    /// <param name="ct">Cancels the log-in; nothing has been traded yet, so cancelling is always safe.</param>
    /// <returns>The accounts behind the log-in and, when one is named or there is only one, a live session for it.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked (down, rate limited). Wrong credentials are no exception but
    /// <see cref="ConnectOutcome.Failed"/>.</exception>
    Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct);
}

/// <summary>A factory whose Connect form has changed since version 1: it reads what was stored with an older one.</summary>
public interface IUpgradeCredentials
{
    /// <summary>The stored fields in the shape of the manifest's <see cref="ConnectForm.SchemaVersion"/>.</summary>
    /// <param name="fromVersion">The version that they were stored with; at least 1 and below the manifest's.</param>
    /// <param name="stored">The fields as they were stored.</param>
    /// <returns>The fields by their new keys, or <c>null</c> when they cannot be upgraded: the user is asked to connect again.</returns>
    /// <remarks>
    /// A pure function: no I/O, the same answer each time. The host calls it at each log-in until the account is connected anew.
    /// </remarks>
    IReadOnlyDictionary<string, string>? UpgradeCredentials(int fromVersion, IReadOnlyDictionary<string, string> stored);
}

/// <summary>One live session for one account at the broker. All members may be called at the same time from several threads.</summary>
/// <remarks>
/// Order commands answer with an <see cref="OrderOutcome"/> and never throw for what the broker says. Whatever leaves an order command as
/// an exception, a cancellation included, is taken as <see cref="OrderOutcome.Unknown"/>: the host reconciles and never sends again.
/// Queries throw <see cref="ConnectorException"/>.
/// </remarks>
public interface IBrokerConnector : IAsyncDisposable
{
    /// <summary>Balance, equity and margin, in the account's currency.</summary>
    /// <param name="ct">Cancels the read; reads change nothing, so cancelling is always safe.</param>
    /// <exception cref="ConnectorException">The broker could not be asked, or its answer could not be read.</exception>
    Task<AccountSnapshot> GetAccountAsync(CancellationToken ct);

    /// <summary>Instruments that the account may trade, with their tick size and quantity rules.</summary>
    /// <param name="query">One symbol, or everything.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Empty when the broker has none of that name: an unknown symbol is no exception.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked, or its answer could not be read.</exception>
    Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct);

    /// <summary>The broker's best bid and ask now.</summary>
    /// <exception cref="ConnectorException"><see cref="ConnectorErrorKind.NotFound"/> when the symbol has no price.</exception>
    Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct);

    /// <summary>Sends one order, once.</summary>
    /// <param name="order">Already rounded to the instrument's steps. What is off them is refused, never rounded.</param>
    /// <param name="ct">Ends the waiting, not the order: once a byte may have left, cancelling is
    /// <see cref="OrderOutcome.Unknown"/>.</param>
    /// <returns>What is proven. In doubt <see cref="OrderOutcome.Unknown"/>: the host looks the order up and never sends it
    /// again.</returns>
    Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct);

    /// <summary>Cancels a working order. "Not found" is <see cref="OrderOutcome.Unknown"/>: it may have been filled.</summary>
    Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct);

    /// <summary>
    /// Closes a position, or a part of it, at market. It never opens one: a position that is gone is a refusal, or unknown.
    /// </summary>
    Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct);

    /// <summary>Looks one order up, open or closed: the question that settles an unknown outcome.</summary>
    /// <param name="order">With our id, and the broker's where an answer told it.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Found, or absent. <see cref="OrderLookup.Absent.Conclusive"/> is a promise: a wrong one makes a user enter twice.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked. "No answer" is never absence.</exception>
    Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct);

    /// <summary>Open orders, open positions and the fills of the window, as the broker has them now.</summary>
    /// <exception cref="ConnectorException">The state could not be read in full. A part of it is never returned as if it were all: "no
    /// answer" is not "flat".</exception>
    Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct);

    /// <summary>Changes of the account as they happen, or as polling finds them (<see cref="PollingStream"/>).</summary>
    /// <remarks>The host listens where the manifest says <c>push</c>; else it reads the state itself, at the pace of <see
    /// cref="ConnectorManifest.Poll"/>. The first item after each start is a <see cref="AccountUpdate.Snapshot"/>. Throwing ends the
    /// stream; the host starts it again with backoff.</remarks>
    IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct);
}

/// <summary>A connector that can change a working order or the protection of a position in place.</summary>
public interface IModifyOrders
{
    /// <summary>Changes price, quantity, stop loss or take profit. Members that are <c>null</c> stay as they are.</summary>
    Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct);
}

/// <summary>A connector with a push feed of prices.</summary>
public interface IQuotePrices
{
    /// <summary>Prices of the named broker symbols until cancelled.</summary>
    IAsyncEnumerable<Quote> QuotesAsync(IReadOnlyList<string> brokerSymbols, CancellationToken ct);
}
