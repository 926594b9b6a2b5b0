using Orleans;
using Orleans.Concurrency;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>Has the Worker that was called answer.</summary>
[StatelessWorker]
internal sealed class BrokerDesk(QuestionDesk desk) : Grain, IBrokerDesk
{
    public Task<BrokerAnswer?> AskAsync(BrokerQuestion question) => desk.AnswerAsync(question);
}
