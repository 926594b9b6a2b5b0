using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>A desk of a Worker, of an account or of none, that a test answers for.</summary>
internal static class Desk
{
    public static object Of(Func<BrokerQuestion, Task<BrokerAnswer?>> answer) => new Answered(answer);

    // Private: Orleans takes every other class with a grain's interface for a grain of the product.
    private sealed class Answered(Func<BrokerQuestion, Task<BrokerAnswer?>> answer) : IAccountDesk, IBrokerDesk
    {
        public Task<BrokerAnswer?> AskAsync(BrokerQuestion question) => answer(question);
    }
}
