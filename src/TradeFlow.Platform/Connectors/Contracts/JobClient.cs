using System.Text.Json;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Asks the Worker, which holds the plugins. Whoever names an account has found it behind the wall of its caller.</summary>
internal sealed class JobClient(WorkerCalls workers, SecretBox secrets, TimeProvider clock)
{
    /// <summary>Asks once. A question that nobody has answered may have reached the broker all the same.</summary>
    public async Task<JobResult> RunAsync(
        string kind, TenantId tenant, AccountId? account, string requestJson, TimeSpan timeout, CancellationToken ct)
    {
        var open = new BrokerQuestion(NewId.At(clock), tenant.Value, account?.Value, kind, [], clock.GetUtcNow() + timeout);
        var question = open with { Sealed = secrets.Seal(tenant, requestJson, open.SealedFor) };
        var told = await workers.AskAsync(
            grains => account is { } known
                ? grains.GetGrain<IAccountDesk>(known.Value).AskAsync(question) : grains.GetGrain<IBrokerDesk>(0).AskAsync(question),
            timeout, ct);
        return told.Value is { } answer
            ? new JobResult(answer.IsFailure ? JobStatus.Failed : JobStatus.Done, answer.Json) : new JobResult(JobStatus.TimedOut, null);
    }

    /// <summary>Tries a log-in.</summary>
    public async Task<ConnectAnswer> ConnectAsync(TenantId tenant, ConnectRequestBody request, TimeSpan timeout, CancellationToken ct)
    {
        var result = await RunAsync(JobKinds.Connect, tenant, account: null,
            JsonSerializer.Serialize(request, ConnectorsJson.Default.ConnectRequestBody), timeout, ct);
        return result switch
        {
            { Status: JobStatus.Done, Json: { } json } =>
                JsonSerializer.Deserialize(json, ConnectorsJson.Default.ConnectAnswer) ?? throw new JsonException("A job answered null."),
            { Status: JobStatus.Failed, Json: { } json } => new ConnectAnswer
            {
                Outcome = ConnectAnswer.Unreachable, Message = JsonSerializer.Deserialize(json, ConnectorsJson.Default.JobFailure)?.Message
            },
            _ => new ConnectAnswer { Outcome = ConnectAnswer.Unreachable, Message = "The broker did not answer in time." },
        };
    }
}
