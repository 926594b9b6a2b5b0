using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>Why an order ended without being filled, as clients read it. Documented in contract.md; never reused.</summary>
public static class OrderCodes
{
    public const string BrokerRejected = "broker.rejected";
    public const string BrokerUnreachable = "broker.unreachable";
    public const string BrokerOffline = "broker.offline";
    public const string NotPlaced = "broker.not_placed";
    public const string SignalInvalid = "signal.invalid";
    public const string SignalExpired = "signal.expired";
    public const string UnknownSymbol = "signal.unknown_symbol";
    public const string AmbiguousSymbol = "signal.ambiguous_symbol";
    public const string BelowMinimum = "size.below_minimum";
    public const string NoRate = "size.no_rate";
    public const string NothingToClose = "nothing_to_close";
    public const string NothingToCancel = "nothing_to_cancel";
    public const string PositionClosed = "position.closed";
    public const string NotWorking = "order.not_working";

    /// <summary>A fault of ours or of a connector kept the order from being sent.</summary>
    public const string Failed = "order.failed";

    /// <summary>An order before it in the same symbol has no settled outcome: entering on top of it could double the position.</summary>
    public const string PreviousUnknown = "order.previous_unknown";

    /// <summary>A later exit overtook an entry that was still waiting.</summary>
    public const string Superseded = "order.superseded";
    public const string NotFlat = "reverse.not_flat";

    /// <summary>The account is where the strategy wants to be.</summary>
    public const string AlreadyThere = "already_there";

    /// <summary>The strategy has gone on from there: the message came after the one that follows it.</summary>
    public const string CameLate = "superseded";

    /// <summary>A message of the strategy was missed, and the account enters nothing then.</summary>
    public const string Gap = "signal.gap";

    public const string NothingToProtect = "nothing_to_protect";

    /// <summary>The broker does not change the stops of a position that is open.</summary>
    public const string CannotModify = "broker.cannot_modify";

    /// <summary>How an alert is answered that did nothing because there was nothing to do.</summary>
    public static bool IsNothingToDo(string? code) =>
        code is NothingToClose or NothingToCancel or AlreadyThere or CameLate or NothingToProtect;
    public const string AccountDisabled = "account.disabled";
    public const string AccountStopped = "account.stopped";
    public const string AccountDeleted = "account.deleted";

    /// <summary>The code of a symbol that is not one instrument of its account.</summary>
    public static string Of(SymbolProblem problem) =>
        problem.Kind switch { SymbolProblem.Ambiguous => AmbiguousSymbol, SymbolProblem.Spread => SignalInvalid, _ => UnknownSymbol };
}
