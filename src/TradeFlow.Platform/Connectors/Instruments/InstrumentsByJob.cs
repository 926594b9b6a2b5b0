using System.Text.Json;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Instruments;

internal sealed class InstrumentsByJob(JobClient jobs) : IInstrumentSource
{
    // A webhook has 2 s in all; a first signal in a new symbol may take most of it here.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    public async Task<InstrumentAnswer> AskAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        var request = JsonSerializer.Serialize(new SymbolRequest(symbol), ConnectorsJson.Default.SymbolRequest);
        var result = await jobs.RunAsync(JobKinds.Instrument, tenant, account, request, Timeout, ct);
        return result switch
        {
            { Status: JobStatus.Done, Json: { } json } => JsonSerializer.Deserialize(json, ConnectorsJson.Default.InstrumentFound) switch
            {
                { Instrument: { } instrument } => new InstrumentAnswer.Found(instrument),
                { } absent => new InstrumentAnswer.UnknownSymbol(
                    absent.Problem ?? new SymbolProblem(SymbolProblem.Unknown, $"The broker has no symbol {symbol}.", absent.Suggestions)),
                null => throw new JsonException("A job answered null."),
            },
            { Status: JobStatus.Failed, Json: { } json } => new InstrumentAnswer.Unavailable(
                JsonSerializer.Deserialize(json, ConnectorsJson.Default.JobFailure)?.Message ?? "The broker could not be asked."),
            _ => new InstrumentAnswer.Unavailable("The broker did not answer in time."),
        };
    }
}
