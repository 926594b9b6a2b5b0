namespace TradeFlow.Plugins.Topstep.Mapping;

/// <summary>The codes of one endpoint, by their names in the documents (Swagger of the gateway).</summary>
internal sealed class ErrorCodes(params string[] names)
{
    public static readonly ErrorCodes Place = new(
        "AccountNotFound", "OrderRejected", "InsufficientFunds", "AccountViolation", "OutsideTradingHours", "OrderPending", "UnknownError",
        "ContractNotFound", "ContractNotActive", "AccountRejected");

    public static readonly ErrorCodes Cancel = new("AccountNotFound", "OrderNotFound", "Rejected", "Pending", "UnknownError",
        "AccountRejected");

    public static readonly ErrorCodes Modify = new("AccountNotFound", "OrderNotFound", "Rejected", "Pending", "UnknownError",
        "AccountRejected", "ContractNotFound");

    public static readonly ErrorCodes Close = new("AccountNotFound", "PositionNotFound", "ContractNotFound", "ContractNotActive",
        "OrderRejected", "OrderPending", "UnknownError", "AccountRejected");

    public static readonly ErrorCodes PartialClose = new(
        "AccountNotFound", "PositionNotFound", "ContractNotFound", "ContractNotActive", "InvalidCloseSize", "OrderRejected", "OrderPending",
        "UnknownError", "AccountRejected");

    /// <summary>Null for a code that the documents do not have.</summary>
    public string? NameOf(int code) => code > 0 && code <= names.Length ? names[code - 1] : null;

    /// <summary>The code leaves open what became of the command. "Not found" does too: it may have been filled a moment ago.</summary>
    public bool LeavesOpen(int code) => NameOf(code) is "OrderPending" or "Pending" or "UnknownError" or "OrderNotFound";
}
