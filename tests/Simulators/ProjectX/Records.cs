using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX;

internal sealed class SimUser(string name, string apiKey)
{
    public string Name { get; } = name;
    public string ApiKey { get; set; } = apiKey;
    public List<SimAccount> Accounts { get; } = [];
}

internal sealed class SimAccount(SimUser user, int id, string name, decimal balance) : ICaller
{
    public SimUser User { get; } = user;
    public int Id { get; } = id;
    public string Name { get; } = name;
    public decimal Balance { get; set; } = balance;
    public bool CanTrade { get; set; } = true;
    public bool IsVisible { get; set; } = true;
    public List<SimOrder> Orders { get; } = [];
    public List<SimTrade> Trades { get; } = [];
    public Dictionary<string, SimPosition> Positions { get; } = [];
    public HashSet<string> Tags { get; } = [];
    public string? AccountKey => $"{Id}";
    public string? UserKey => User.Name;
}

internal enum Status
{
    None,
    Open,
    Filled,
    Cancelled,
    Expired,
    Rejected,
    Pending,
    PendingCancellation,
    Suspended,
}

internal static class OrderTypes
{
    public const int Limit = 1;
    public const int Market = 2;
    public const int Stop = 4;
    public const int TrailingStop = 5;
    public const int JoinBid = 6;
    public const int JoinAsk = 7;

    /// <summary>3, stop-limit, is not taken.</summary>
    public static readonly int[] All = [Limit, Market, Stop, TrailingStop, JoinBid, JoinAsk];
}

internal sealed class SimOrder
{
    public required long Id { get; init; }
    public required SimAccount Account { get; init; }
    public required Contract Contract { get; init; }
    public required int Type { get; init; }

    /// <summary>0 buys, 1 sells.</summary>
    public required int Side { get; init; }
    public required DateTimeOffset Created { get; init; }
    public string? CustomTag { get; init; }
    public SimOrder? Parent { get; init; }

    public int Size { get; set; }
    public Status Status { get; set; } = Status.Pending;
    public decimal? LimitPrice { get; set; }
    public decimal? StopPrice { get; set; }
    public decimal? TrailPrice { get; set; }
    public int FillVolume { get; set; }
    public decimal? FilledPrice { get; set; }
    public required DateTimeOffset Updated { get; set; }

    /// <summary>Signed ticks from the fill of the parent.</summary>
    public int BracketTicks { get; init; }
    public List<SimOrder> Legs { get; } = [];
    public DateTimeOffset VisibleAt { get; set; }
    public DateTimeOffset? FillAt { get; set; }
    public decimal? PartialRatio { get; set; }
    public int RestAfterMs { get; set; }

    public bool Buys => Side == 0;
    public bool Works => Status is Status.Open or Status.Pending;
    public int Left => Size - FillVolume;
}

internal sealed class SimPosition
{
    public required int Id { get; init; }
    public required SimAccount Account { get; init; }
    public required Contract Contract { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>1 long, 2 short; keeps its value when the size has become 0.</summary>
    public required int Type { get; init; }
    public int Size { get; set; }
    public decimal AveragePrice { get; set; }
    public SimTrade? OpenedBy { get; set; }
    public DateTimeOffset VisibleAt { get; init; }
    public bool Long => Type == 1;
}

internal sealed record SimTrade(
    long Id, SimAccount Account, Contract Contract, DateTimeOffset Created, decimal Price, decimal? ProfitAndLoss, decimal Fees,
    decimal Commissions, int Side, int Size, long OrderId);
