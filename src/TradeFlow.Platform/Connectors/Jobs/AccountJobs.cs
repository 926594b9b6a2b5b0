using System.Text.Json;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Instruments;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>Looks a symbol up at the account's broker.</summary>
internal sealed class InstrumentJob(InstrumentsBySession instruments) : IJobHandler
{
    public string Kind => JobKinds.Instrument;

    public async Task<string> RunAsync(Job job, CancellationToken ct) =>
        JsonSerializer.Serialize(await instruments.LookUpAsync(job.Tenant, job.RequiredAccount, SymbolOf(job).Symbol, ct),
            ConnectorsJson.Default.InstrumentFound);

    internal static SymbolRequest SymbolOf(Job job) => JsonSerializer.Deserialize(job.RequestJson, ConnectorsJson.Default.SymbolRequest)
        ?? throw new JsonException("A request must not be null.");
}

/// <summary>The best prices now.</summary>
internal sealed class QuoteJob(AccountSessions sessions) : IJobHandler
{
    public string Kind => JobKinds.Quote;

    public async Task<string> RunAsync(Job job, CancellationToken ct)
    {
        var session = await sessions.GetAsync(job.RequiredAccount, ct);
        return JsonSerializer.Serialize(await session.Connector.GetQuoteAsync(InstrumentJob.SymbolOf(job).Symbol, ct),
            ConnectorsJson.Default.Quote);
    }
}

/// <summary>The money of the account now.</summary>
internal sealed class AccountJob(AccountSessions sessions) : IJobHandler
{
    public string Kind => JobKinds.Account;

    public async Task<string> RunAsync(Job job, CancellationToken ct)
    {
        var session = await sessions.GetAsync(job.RequiredAccount, ct);
        return JsonSerializer.Serialize(await session.Connector.GetAccountAsync(ct), ConnectorsJson.Default.AccountSnapshot);
    }
}
