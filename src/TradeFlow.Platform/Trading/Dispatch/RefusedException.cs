namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// The order cannot be sent as it is: found before its claim, so that nothing has left. Never leaves <see cref="Dispatcher"/>.
/// </summary>
internal sealed class RefusedException : Exception
{
    public RefusedException(string code, string reason, IReadOnlyDictionary<string, string[]> errors)
        : base(reason) => (Code, Errors) = (code, errors);

    public RefusedException(string code, string reason, string field)
        : this(code, reason, new Dictionary<string, string[]> { [field] = [reason] }) { }

    public string Code { get; }
    public IReadOnlyDictionary<string, string[]> Errors { get; }
}
