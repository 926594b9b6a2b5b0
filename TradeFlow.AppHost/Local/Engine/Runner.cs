using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

internal enum RunState { NotStarted, Waiting, Starting, Healthy, Unhealthy, Restarting, External, Finished, Failed, Stopped }

/// <summary>Keeps one process of one resource alive from the start to the end of the application.</summary>
internal sealed class Runner(string name, IResource resource, ILauncher launcher, LogBook book, Func<IResource, int?, CancellationToken, Task> dependency) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lived = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource healthy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogBook.ResourceLog log = book.For(name);
    private ChildProcess? child;
    private Task loop = Task.CompletedTask;
    private int deaths;

    internal string Name => name;

    internal IResource Resource => resource;

    internal ILauncher Launcher => launcher;

    internal RunState State { get; private set; } = RunState.NotStarted;

    internal string? Missing { get; private set; }

    internal int? ProcessId => child?.Id;

    /// <summary>Healthy for the first time, or (for one that runs to its end) finished. Faults when that can never come.</summary>
    internal Task Healthy => healthy.Task;

    internal Task<int> Finished => finished.Task;

    /// <summary>Its failure leaves the rest usable: it is told, and the others go on.</summary>
    internal bool IsOptional => !launcher.Restarts;

    internal Task PrepareAsync(CancellationToken ct) => launcher.PrepareAsync(ct);

    internal void Start()
    {
        State = RunState.Waiting;
        loop = Task.Run(async () =>
        {
            try
            {
                await RunAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                State = RunState.Stopped;
            }
            catch (Exception fault)
            {
                State = RunState.Failed;
                if (healthy.Task.IsCompleted) book.Say($"{name} is given up: {fault.Message}");
                Fail(fault);
            }
        });
    }

    internal async Task StopAsync(TimeSpan within)
    {
        await stopping.CancelAsync();
        if (child is { } running) await running.StopAsync(within);
        await Task.WhenAny(loop, Task.Delay(TimeSpan.FromSeconds(2)));
        // One that was being started while the stop came.
        if (child is { Exited.IsCompleted: false } late) await late.StopAsync(TimeSpan.FromMilliseconds(500));
        if (State is not (RunState.Finished or RunState.Failed)) State = RunState.Stopped;
    }

    internal void Kill() => child?.KillFamily();

    public void Dispose()
    {
        child?.Dispose();
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken ct)
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>()) await dependency(wait.Dependency, wait.ExitCode, ct);

        var pause = FirstPause;
        while (true)
        {
            State = deaths == 0 ? RunState.Starting : RunState.Restarting;
            var spec = await launcher.NextAsync(ct);
            if (spec is null)
            {
                await BecomeHealthyAsync(Never(ct), ct);
                State = RunState.External;
                return;
            }

            var started = Stopwatch.StartNew();
            using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
            child = await Children.StartAsync(spec, line => log.Write(line, quietly: launcher.IsNoise(line)));
            ct.ThrowIfCancellationRequested();
            var health = WatchHealthAsync(child.Exited, watch.Token);
            var code = await child.Exited.WaitAsync(ct);
            await watch.CancelAsync();
            await health;
            await child.StopAsync(TimeSpan.Zero); // Ends grandchildren that the dead one left behind.
            ct.ThrowIfCancellationRequested();

            if (code == 0 && launcher.MayEnd)
            {
                State = RunState.Finished;
                finished.TrySetResult(0);
                healthy.TrySetResult();
                return;
            }

            deaths++;
            if (!launcher.Restarts)
            {
                State = RunState.Failed;
                finished.TrySetResult(code);
                var end = $"{name} ended with {Word(code)}: see {log.Path}.";
                if (healthy.Task.IsCompleted) book.Say(end);
                Fail(new DistributedApplicationException(end));
                return;
            }

            if (!healthy.Task.IsCompleted) GiveUpWhenHopeless(code);
            if (started.Elapsed > Lived) pause = FirstPause;
            book.Say($"{name} (process {child.Id}) ended with {Word(code)}; starting it again{(pause > FirstPause ? $" in {pause.TotalSeconds:0.#} s" : "")}.");
            State = RunState.Restarting;
            await Task.Delay(pause, ct);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private void GiveUpWhenHopeless(int code)
    {
        var explained = launcher.Explain(log.Last);
        if (explained is null && (launcher.GivesUpAfter is not { } limit || deaths < limit)) return;

        throw new DistributedApplicationException(explained
            ?? $"{name} does not start (it ended with {Word(code)}): {LastWords()} – the whole story is in {log.Path}.");
    }

    // A .NET program says the reason first and then where it was; others say it last.
    private string LastWords() => log.Last.LastOrDefault(line => line.StartsWith("Unhandled exception", StringComparison.Ordinal))
        ?? log.Last.LastOrDefault(line => line.Length > 0)
        ?? "it said nothing";

    private async Task WatchHealthAsync(Task exited, CancellationToken ct)
    {
        try
        {
            await BecomeHealthyAsync(exited, ct);
            while (launcher.IsMonitored)
            {
                await Task.Delay(TimeSpan.FromSeconds(5), ct);
                var missing = await launcher.ProbeAsync(ct);
                if (missing is not null && State == RunState.Healthy) book.Say($"{name} is unhealthy: {missing}.");
                if (missing is null && State == RunState.Unhealthy) book.Say($"{name} is healthy again.");
                (State, Missing) = (missing is null ? RunState.Healthy : RunState.Unhealthy, missing);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
        catch (DistributedApplicationException fault)
        {
            Fail(fault);
        }
    }

    private async Task BecomeHealthyAsync(Task exited, CancellationToken ct)
    {
        // A script that runs to its end is done when it ends, not when it starts.
        if (launcher.RunsToEnd) return;

        // Often at first, so that a quick start is seen at once; a slow one is not made slower by questions.
        var pause = TimeSpan.FromMilliseconds(50);
        while ((Missing = await launcher.ProbeAsync(ct)) is not null)
        {
            if (exited.IsCompleted) return;
            await Task.Delay(pause, ct);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 5 / 4, TimeSpan.TicksPerSecond / 2));
        }

        if (exited.IsCompleted) return;
        if (!healthy.Task.IsCompleted) await launcher.CompleteAsync(ct);
        if (deaths > 0) book.Say($"{name} is back{(child is { } back ? $" (process {back.Id})" : "")}.");
        State = RunState.Healthy;
        healthy.TrySetResult();
    }

    private void Fail(Exception fault)
    {
        if (healthy.TrySetException(fault)) _ = healthy.Task.Exception; // Observed: the application reads it where it waits.
        finished.TrySetException(fault);
        _ = finished.Task.Exception;
    }

    private static Task Never(CancellationToken ct) => Task.Delay(Timeout.Infinite, ct);

    private static string Word(int code) => code > 128 ? $"signal {code - 128}" : $"code {code}";
}
