using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>A desk of a Worker, of an account or of none, that a test answers for.</summary>
internal sealed class Desk(Func<BrokerQuestion, Task<BrokerAnswer?>> answer) : IAccountDesk, IBrokerDesk
{
    public Task<BrokerAnswer?> AskAsync(BrokerQuestion question) => answer(question);
}
