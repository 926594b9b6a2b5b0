using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>The broker behind the directory: a job in the Api, the session itself in the Worker.</summary>
internal interface IInstrumentSource
{
    Task<InstrumentAnswer> AskAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct);
}
