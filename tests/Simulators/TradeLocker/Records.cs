namespace TradeFlow.Simulators.TradeLocker;

internal sealed class SimUser(string email, string server, string password)
{
    public string Email { get; } = email;
    public string Server { get; } = server;
    public string Password { get; set; } = password;
    public string Subject { get; } = Guid.NewGuid().ToString();
    public List<SimAccount> Accounts { get; } = [];

    /// <summary>Counts up when all tokens of the user become void.</summary>
    public int Epoch { get; set; }
}

internal sealed class SimAccount(SimUser user, long id, int accNum, string currency, decimal balance) : Shared.ICaller
{
    public SimUser User { get; } = user;
    public long Id { get; } = id;
    public int AccNum { get; } = accNum;
    public string Currency { get; } = currency;
    public decimal Balance { get; set; } = balance;
    public string Status { get; set; } = "ACTIVE";
    public string Name => $"{User.Server}#{Id}#{AccNum}";
    public string Key => $"{Id}";
    public string? AccountKey => Key;
    public string? UserKey => User.Email;

    public List<SimOrder> Working { get; } = [];
    public List<SimOrder> History { get; } = [];
    public List<SimPosition> Positions { get; } = [];
    public List<SimExecution> Executions { get; } = [];
    public decimal RealizedToday { get; set; }
}

internal enum Leg
{
    None,
    StopLoss,
    TakeProfit,
}

internal sealed class SimOrder
{
    public required long Id { get; init; }
    public required Listing Listing { get; init; }
    public required string Side { get; init; }
    public required string Type { get; init; }
    public required string Validity { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required bool IsOpen { get; init; }
    public string? StrategyId { get; init; }
    public Leg Leg { get; init; }

    public decimal Qty { get; set; }
    public string Status { get; set; } = "New";

    /// <summary>In history, where nothing changes any more.</summary>
    public bool Ended { get; set; }
    public decimal FilledQty { get; set; }
    public decimal? AvgPrice { get; set; }
    public decimal? Price { get; set; }
    public decimal? StopPrice { get; set; }
    public DateTimeOffset LastModified { get; private set; }
    public long? PositionId { get; set; }
    public decimal? StopLoss { get; set; }
    public string? StopLossType { get; set; }
    public decimal? TakeProfit { get; set; }
    public string? TakeProfitType { get; set; }

    /// <summary>Distance that a trailing stop keeps from the market.</summary>
    public decimal? Trail { get; set; }

    /// <summary>No list shows the order before this instant.</summary>
    public DateTimeOffset VisibleAt { get; set; }

    /// <summary>The order is not filled before this instant.</summary>
    public DateTimeOffset? FillAt { get; set; }

    /// <summary>The share that the next fill gives, when a partial fill was ordered.</summary>
    public decimal? PartialRatio { get; set; }

    /// <summary>How long the rest of a partial fill waits, for orders that go on.</summary>
    public int RestAfterMs { get; set; }

    public bool Buys => Side is "buy";

    /// <summary>lastModified grows with every change, even within one millisecond.</summary>
    public void Touch(DateTimeOffset now) => LastModified = now > LastModified ? now : LastModified.AddMilliseconds(1);
}

internal sealed class SimPosition
{
    public required long Id { get; init; }
    public required Listing Listing { get; init; }
    public required string Side { get; init; }
    public required DateTimeOffset Opened { get; init; }
    public required decimal AvgPrice { get; set; }
    public required decimal Qty { get; set; }
    public string? StrategyId { get; init; }
    public DateTimeOffset VisibleAt { get; init; }
    public SimOrder? StopLoss { get; set; }
    public SimOrder? TakeProfit { get; set; }
    public bool Long => Side is "buy";
    public string Opposite => Long ? "sell" : "buy";
}

internal sealed record SimExecution(
    long Id, decimal Price, string Side, DateTimeOffset Created, decimal Qty, long OrderId, long PositionId, Listing Listing);
