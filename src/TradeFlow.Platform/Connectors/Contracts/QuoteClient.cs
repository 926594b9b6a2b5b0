using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>A fresh price for the Api, asked of the account's own broker.</summary>
internal sealed class QuoteClient(JobClient jobs)
{
    /// <returns>The quote, or <c>null</c> when the broker does not give one in time.</returns>
    public async Task<Quote?> FindAsync(TenantId tenant, AccountId account, string brokerSymbol, TimeSpan timeout, CancellationToken ct)
    {
        var request = JsonSerializer.Serialize(new SymbolRequest(brokerSymbol), ConnectorsJson.Default.SymbolRequest);
        var result = await jobs.RunAsync(JobKinds.Quote, tenant, account, request, timeout, ct);
        return result is { Status: JobStatus.Done, Json: { } json } ? JsonSerializer.Deserialize(json, ConnectorsJson.Default.Quote) : null;
    }
}
