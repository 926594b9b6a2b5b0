using System.Text.Json;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>Answers the Api's questions, many at a time: a broker that hangs holds up its own jobs only.</summary>
internal sealed partial class JobRunner(
    JobStore store, IEnumerable<IJobHandler> handlers, PluginHost plugins, RedisBus bus, TimeProvider clock, Supervisor supervisor,
    ILogger<JobRunner> log) : SupervisedService(supervisor)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollWithoutRedis = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<string, IJobHandler> handlers = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);
    private readonly Wake wake = new();
    private readonly SemaphoreSlim slots = new(AtOnce);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("broker jobs", TakeAsync)];

    private async Task TakeAsync(CancellationToken ct)
    {
        using var subscription = bus.Subscribe(Topics.JobQueued, _ => wake.Ring());
        // A question that came before the plugins were read would be answered with "no such broker".
        await plugins.FirstScan.WaitAsync(ct);
        while (true)
        {
            while (await StartWaitingAsync(ct) > 0)
            {
            }
            await wake.WaitAsync(bus.IsConnected ? Poll : PollWithoutRedis, ct);
        }
    }

    private async Task<int> StartWaitingAsync(CancellationToken ct)
    {
        var free = slots.CurrentCount;
        if (free == 0) return 0;
        var jobs = await store.ClaimAsync(free, ct);
        foreach (var job in jobs)
        {
            await slots.WaitAsync(ct);
            _ = RunAsync(job, ct);
        }
        return jobs.Count;
    }

    private async Task RunAsync(Job job, CancellationToken ct)
    {
        try
        {
            var (status, json) = await AnswerAsync(job, ct);
            await store.FinishAsync(job.Id, status, json, CancellationToken.None);
            bus.Publish(Topics.JobDone, job.Id.ToString());
        }
        catch (Exception e)
        {
            // Whoever asked gets no answer in time and says so.
            LogFailed(job.Kind, job.Id, e.GetType().Name);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<(string Status, string Json)> AnswerAsync(Job job, CancellationToken ct)
    {
        if (!handlers.TryGetValue(job.Kind, out var handler)) return Failure(nameof(ConnectorErrorKind.Misconfigured), $"This Worker does not know jobs of the kind {job.Kind}.");
        var left = job.ExpiresAt - clock.GetUtcNow();
        if (left <= TimeSpan.Zero) return Failure(nameof(ConnectorErrorKind.Transient), "It was too late.");
        using var deadline = new CancellationTokenSource(left, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            return ("done", await handler.RunAsync(job, both.Token));
        }
        catch (ConnectorException e)
        {
            return Failure(e.Kind.ToString(), e.Message);
        }
        catch (OperationCanceledException)
        {
            return Failure(nameof(ConnectorErrorKind.Transient), "The broker did not answer in time.");
        }
        catch (JsonException)
        {
            return Failure(nameof(ConnectorErrorKind.Protocol), "The question could not be read.");
        }
    }

    private static (string, string) Failure(string kind, string message) => ("failed", JsonSerializer.Serialize(new JobFailure(kind, message), ConnectorsJson.Default.JobFailure));

    public override void Dispose()
    {
        wake.Dispose();
        slots.Dispose();
        base.Dispose();
    }

    [LoggerMessage(3503, LogLevel.Error, "Job {Kind} {Id} ended without an answer ({Error})")]
    private partial void LogFailed(string kind, Guid id, string error);
}
