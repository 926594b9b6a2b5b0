using System.Text.Json;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Opening;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>Asks a connector what a field of its form may be chosen from.</summary>
internal sealed class OptionsJob(SessionFactory factory) : IJobHandler
{
    public string Kind => JobKinds.Options;

    public async Task<string> RunAsync(Job job, CancellationToken ct)
    {
        var request = JsonSerializer.Deserialize(job.RequestJson, ConnectorsJson.Default.OptionsRequestBody)
            ?? throw new JsonException("A request must not be null.");
        return JsonSerializer.Serialize(new OptionsFound(await factory.ListOptionsAsync(request, ct)), ConnectorsJson.Default.OptionsFound);
    }
}
