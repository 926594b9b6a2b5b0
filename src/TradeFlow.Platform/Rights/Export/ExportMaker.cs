using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Rights.Export;

/// <summary>Makes what owners have asked for, one export after the other in each Worker.</summary>
internal sealed partial class ExportMaker(
    ExportStore store, ExportWriter writer, TimeProvider clock, Supervisor supervisor, ILogger<ExportMaker> log)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("exports", TakeAsync)];

    private async Task TakeAsync(CancellationToken ct)
    {
        while (true)
        {
            if (!await MakeNextAsync(ct)) await Task.Delay(Poll, clock, ct);
        }
    }

    /// <returns>False when none waits.</returns>
    internal async Task<bool> MakeNextAsync(CancellationToken ct)
    {
        if (await store.ClaimAsync(ct) is not { } job) return false;
        try
        {
            var began = clock.GetTimestamp();
            var bytes = await MakeAsync(job, ct);
            LogMade(job.Id, bytes, clock.GetElapsedTime(began).TotalSeconds);
        }
        catch (ExportTakenException)
        {
            LogTaken(job.Id);
        }
        catch
        {
            // Another attempt is made, by whichever Worker is first; the loop tells of the fault.
            await store.GiveBackAsync(job, counts: !ct.IsCancellationRequested, CancellationToken.None);
            throw;
        }
        return true;
    }

    private async Task<long> MakeAsync(ExportJob job, CancellationToken ct)
    {
        await using var file = new PartStream((number, bytes, token) => store.AddPartAsync(job, number, bytes, token));
        var told = clock.GetTimestamp();
        var isTold = false;
        await writer.WriteAsync(job.Tenant, file, async (done, all) =>
        {
            if (isTold && clock.GetElapsedTime(told) < TellEvery) return;
            (isTold, told) = (true, clock.GetTimestamp());
            await store.ProgressAsync(job, done, all, ct);
        }, ct);
        await file.FinishAsync(ct);
        await store.FinishAsync(job, file.Written, ct);
        return file.Written;
    }

    [LoggerMessage(5101, LogLevel.Information, "Export {Id} is made: {Bytes} bytes in {Seconds:0.0} s")]
    private partial void LogMade(Guid id, long bytes, double seconds);

    [LoggerMessage(5102, LogLevel.Warning, "Export {Id} is made by another Worker now")]
    private partial void LogTaken(Guid id);
}
