using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>
/// Checks and copies what a plugin answers to a query, where it enters the platform: what comes behind may divide by a tick size, store
/// every text and keep every list. Nonsense is a <see cref="NonsenseException"/> that names it. A list is never shortened: a position that
/// is left out would be taken as closed.
/// </summary>
/// <remarks>
/// A price may be zero or below in reports: crude oil was traded at -37.63 in April 2020, some venues tell no entry price, and a state that
/// is refused keeps the account's exits from being planned. Only a quote, from which entries are priced, has to be above zero, except where
/// quantities are contracts.
/// </remarks>
/// <param name="belowZero">Prices of this broker may be zero or below.</param>
internal sealed class AnswerCheck(bool belowZero)
{
    internal const int MostPositions = 10_000, MostFills = 100_000, MostInstruments = 100_000;
    private const int LongestId = 200, LongestSymbol = 100, LongestWords = 500;
    // The columns hold less than 10^12 of money and 10^18 of the rest; products of these must fit a decimal.
    private const decimal MostMoney = 1e11m, MostPrice = 1e11m, MostQuantity = 1e12m;
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static AnswerCheck For(ConnectorManifest manifest) => new(manifest.Capabilities.QuantityUnit == "contracts");

    public AccountSnapshot Account(AccountSnapshot? answer)
    {
        var account = Given(answer, "the account");
        Text(account.Currency, "the account's currency", 10);
        Money(account.Balance, "the balance");
        Money(account.Equity, "the equity");
        Money(account.FreeMargin, "the free margin");
        return account;
    }

    public Quote Quote(Quote? answer)
    {
        var quote = Given(answer, "the quote");
        Text(quote.BrokerSymbol, "the symbol of a quote", LongestSymbol);
        Price(quote.Bid, $"the bid of {quote.BrokerSymbol}");
        Price(quote.Ask, $"the ask of {quote.BrokerSymbol}");
        if (!belowZero && (quote.Bid <= 0 || quote.Ask <= 0))
            throw new NonsenseException($"{quote.BrokerSymbol} is quoted at {quote.Bid}/{quote.Ask}");
        return quote;
    }

    /// <param name="whole">All that the broker has: one entry that is nonsense does not hide the thousands beside it.</param>
    public static IReadOnlyList<Instrument> Instruments(IEnumerable<Instrument?>? answer, bool whole)
    {
        List<Instrument> sound = [];
        foreach (var instrument in Copy(answer, "instruments", MostInstruments))
        {
            if (Fault(instrument) is not { } fault) sound.Add(Worded(instrument));
            else if (!whole) throw new NonsenseException(fault);
        }
        return sound;
    }

    /// <summary>What of the instrument nothing can be reckoned with, or <c>null</c>.</summary>
    public static string? Fault(Instrument instrument)
    {
        if (!IsText(instrument.Symbol, LongestSymbol) || !IsText(instrument.BrokerSymbol, LongestSymbol))
            return "an instrument has no proper symbol";
        var name = instrument.BrokerSymbol;
        if (instrument.TickSize is <= 0 or > MostPrice) return $"{name} has a tick size of {instrument.TickSize}";
        if (instrument.TickValue is <= 0 or > MostMoney) return $"{name} has a tick value of {instrument.TickValue}";
        if (instrument.QuantityStep is <= 0 or > MostQuantity) return $"{name} has a quantity step of {instrument.QuantityStep}";
        if (instrument.MinQuantity is <= 0 or > MostQuantity) return $"{name} has a smallest quantity of {instrument.MinQuantity}";
        if (instrument.MaxQuantity is { } most && (most < instrument.MinQuantity || most > MostQuantity))
            return $"{name} has a largest quantity of {most}";
        if (instrument.ContractSize is <= 0 or > MostQuantity) return $"{name} has a contract size of {instrument.ContractSize}";
        if (instrument.QuoteCurrency is { } currency && !IsText(currency, 10)) return $"{name} has no proper quote currency";
        return IsText(instrument.AssetClass, 20) ? null : $"{name} has no proper asset class";
    }

    /// <summary>The accounts behind a log-in.</summary>
    public static IReadOnlyList<BrokerAccount> Accounts(IEnumerable<BrokerAccount?>? answer)
    {
        var accounts = Copy(answer, "accounts", MostPositions);
        foreach (var account in accounts)
        {
            Text(account.Id, "the id of an account", LongestId);
            Text(account.Currency, $"the currency of account {account.Id}", 10);
            Money(account.Balance, $"the balance of account {account.Id}");
        }
        return [.. accounts.Select(account => account with { Name = ForeignText.Clean(account.Name, LongestId) })];
    }

    /// <summary>What is wrong with a log-in, for its user.</summary>
    public static IReadOnlyList<FieldProblem> Problems(IEnumerable<FieldProblem?>? answer) =>
    [
        .. Copy(answer, "problems", MostPositions)
            .Select(problem => new FieldProblem(ForeignText.Clean(problem.Field, LongestId), Words(problem.Message))),
    ];

    public OrderLookup Lookup(OrderLookup? answer) => Given(answer, "the look-up") switch
    {
        OrderLookup.Found found => new OrderLookup.Found(Order(Given(found.Report, "the order that was found"))),
        var absent => absent,
    };

    public BrokerState State(BrokerState? answer)
    {
        var state = Given(answer, "the state");
        Time(state.At, "the state");
        return state with
        {
            OpenOrders = [.. Copy(state.OpenOrders, "open orders", MostPositions).Select(Order)],
            Positions = [.. Copy(state.Positions, "positions", MostPositions).Select(Position)],
            Fills = [.. Copy(state.Fills, "fills", MostFills).Select(Fill)],
            Account = state.Account is null ? null : Account(state.Account),
        };
    }

    public AccountUpdate Update(AccountUpdate? answer) => Given(answer, "an update") switch
    {
        AccountUpdate.Snapshot update => new AccountUpdate.Snapshot(State(update.State)),
        AccountUpdate.Order update => new AccountUpdate.Order(Order(Given(update.Report, "an order"))),
        AccountUpdate.Fill update => new AccountUpdate.Fill(Fill(Given(update.Report, "a fill"))),
        AccountUpdate.Position update => Position(update),
        AccountUpdate.Balance update => new AccountUpdate.Balance(Account(update.Account)),
        var other => other,
    };

    public OrderReport Order(OrderReport order)
    {
        var id = Text(order.BrokerOrderId, "the id of an order", LongestId);
        Text(order.BrokerSymbol, $"the symbol of order {id}", LongestSymbol);
        // A leg may protect whatever is open, and what has ended unfilled may not tell its size any more.
        var mayBeNothing = order.IsProtection || order.Status is OrderStatus.Canceled or OrderStatus.Rejected or OrderStatus.Unknown;
        if (order.Quantity < 0 || order.Quantity > MostQuantity || (order.Quantity == 0 && !mayBeNothing))
            throw Odd(id, "quantity", order.Quantity);
        if (order.FilledQuantity is < 0 or > MostQuantity) throw Odd(id, "filled quantity", order.FilledQuantity);
        Price(order.AveragePrice, $"the average price of order {id}");
        Price(order.Price, $"the price of order {id}");
        Money(order.RealizedPnl, $"the profit of order {id}");
        Money(order.GrossPnl, $"the gross profit of order {id}");
        if (order.BrokerPositionId is { } position) Text(position, $"the position of order {id}", LongestId);
        return order with
        {
            ClientOrderId = Ours(order.ClientOrderId),
            CreatedAt = Known(order.CreatedAt),
            RejectText = order.RejectText is { } words ? ForeignText.Clean(words, LongestWords) : null,
        };

        static NonsenseException Odd(string id, string what, decimal value) => new($"order {id} has a {what} of {value}");
    }

    /// <summary>The words for people in an answer: cut, on one line.</summary>
    public static string Words(string? words) => ForeignText.Clean(words, LongestWords);

    /// <summary>An id that can be stored and asked for.</summary>
    public static bool IsId(string? id) => IsText(id, LongestId);

    private PositionReport Position(PositionReport position)
    {
        var id = Text(position.BrokerPositionId, "the id of a position", LongestId);
        Text(position.BrokerSymbol, $"the symbol of position {id}", LongestSymbol);
        if (position.Side is not (Side.Buy or Side.Sell)) throw new NonsenseException($"position {id} is neither long nor short");
        if (position.Quantity is <= 0 or > MostQuantity)
            throw new NonsenseException($"position {id} has a quantity of {position.Quantity}");
        Price(position.AveragePrice, $"the average price of position {id}");
        Price(position.CurrentPrice, $"the current price of position {id}");
        Price(position.StopLoss, $"the stop loss of position {id}");
        Price(position.TakeProfit, $"the take profit of position {id}");
        Money(position.UnrealizedPnl, $"the profit of position {id}");
        return position with { ClientOrderId = Ours(position.ClientOrderId), OpenedAt = Known(position.OpenedAt) };
    }

    // A quantity of zero says that it is closed; of one that is closed the id is all that counts.
    private AccountUpdate.Position Position(AccountUpdate.Position update)
    {
        var position = Given(update.Report, "a position");
        if (!update.Closed && position.Quantity != 0) return new AccountUpdate.Position(Position(position), Closed: false);
        Text(position.BrokerPositionId, "the id of a position", LongestId);
        return update with { Closed = true };
    }

    private static FillReport Fill(FillReport fill)
    {
        var id = Text(fill.BrokerFillId, "the id of a fill", LongestId);
        Text(fill.BrokerOrderId, $"the order of fill {id}", LongestId);
        Text(fill.BrokerSymbol, $"the symbol of fill {id}", LongestSymbol);
        if (fill.BrokerPositionId is { } position) Text(position, $"the position of fill {id}", LongestId);
        if (fill.Side is not (Side.Buy or Side.Sell)) throw new NonsenseException($"fill {id} is neither a buy nor a sell");
        if (fill.Quantity is <= 0 or > MostQuantity) throw new NonsenseException($"fill {id} has a quantity of {fill.Quantity}");
        Price(fill.Price, $"the price of fill {id}");
        Money(fill.Fees, $"the fees of fill {id}");
        Money(fill.RealizedPnl, $"the profit of fill {id}");
        Time(fill.At, $"fill {id}");
        return fill;
    }

    private static Instrument Worded(Instrument instrument) => instrument with
    {
        Description = ForeignText.Clean(instrument.Description, LongestWords),
        NotTradableReason = instrument.NotTradableReason is { } why ? ForeignText.Clean(why, LongestWords) : null,
    };

    // Counted while it is copied: the list itself is of a type of the plugin, and may say what it likes of its length.
    private static List<T> Copy<T>(IEnumerable<T?>? answer, string what, int atMost) where T : class
    {
        List<T> copy = [];
        foreach (var item in Given(answer, $"the list of {what}"))
        {
            if (copy.Count == atMost) throw new NonsenseException($"there are more than {atMost} {what}");
            copy.Add(Given(item, $"an entry of the {what}"));
        }
        return copy;
    }

    private static T Given<T>(T? value, string what) where T : class => value ?? throw new NonsenseException($"{what} is missing");

    private static string Text(string? text, string what, int longest) => IsText(text, longest)
        ? text! // IsText is false for null
        : throw new NonsenseException(string.IsNullOrWhiteSpace(text)
            ? $"{what} is empty"
            : $"{what} is no plain text of at most {longest} characters");

    private static bool IsText(string? text, int longest) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= longest && ForeignText.IsPlain(text);

    // An id that we gave is plain; what is not was written by somebody else, and says nothing about the rest.
    private static string? Ours(string? clientOrderId) => IsText(clientOrderId, LongestId) ? clientOrderId : null;

    private static DateTimeOffset? Known(DateTimeOffset? time) => time is { } at && (at < Earliest || at > Latest) ? null : time;

    private static void Time(DateTimeOffset at, string what)
    {
        if (Known(at) is null) throw new NonsenseException($"{what} is of {at:yyyy-MM-dd}");
    }

    private static void Price(decimal? price, string what) => Within(price, what, MostPrice);

    private static void Money(decimal? amount, string what) => Within(amount, what, MostMoney);

    private static void Within(decimal? value, string what, decimal most)
    {
        if (value is { } number && Math.Abs(number) > most) throw new NonsenseException($"{what} is {number}");
    }
}
