using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Starts all resources side by side, in the order of their waits; tells when all are healthy; ends them in the opposite order.</summary>
internal sealed class Orchestrator(DistributedApplicationBuilder builder) : IAsyncDisposable
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(10);

    private readonly LogBook book = new(builder.Data, TimeProvider.System);
    private readonly List<Runner> runners = [];
    private readonly List<PortSplitter> splitters = [];
    private readonly Lock gate = new();
    private Task? stop;

    internal IReadOnlyList<Runner> Runners => runners;

    /// <returns>False when a fault ended the run.</returns>
    internal async Task<bool> RunAsync(CancellationToken end)
    {
        book.ToConsole = true;
        var clock = Stopwatch.StartNew();
        try
        {
            await StartAsync(clock, end);
            book.Plain(Summary.Of(runners, clock.Elapsed, builder));
            await DotnetRun.EndedAsync(end);
            book.Say("The dotnet run that started this is gone.");
            return true;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return true;
        }
        catch (DistributedApplicationException fault)
        {
            book.Plain($"{Environment.NewLine}TradeFlow cannot start. {fault.Message}");
            return false;
        }
        finally
        {
            if (runners.Any(runner => runner.ProcessId is not null)) book.Say("Ending all processes.");
            await StopAsync();
            await DisposeAsync();
        }
    }

    internal Task StartAsync(CancellationToken ct) => StartAsync(clock: null, ct);

    internal async Task StartExplicitlyAsync(string name, CancellationToken ct)
    {
        var named = runners.Where(runner => runner.Resource.Name == name).ToList();
        if (named.Count == 0) throw new DistributedApplicationException($"There is no resource {name}.");
        await Task.WhenAll(named.Where(runner => runner.State is RunState.NotStarted).Select(runner => StartAsync(runner, ct)));
    }

    internal async Task StopAsync()
    {
        lock (gate) stop ??= StopAllAsync();
        await stop;
    }

    internal void KillAll()
    {
        foreach (var runner in runners) runner.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var splitter in splitters) await splitter.DisposeAsync();
        foreach (var runner in runners) runner.Dispose();
        book.Dispose();
        builder.Data.Dispose();
    }

    private static async Task StartAsync(Runner runner, CancellationToken ct)
    {
        await runner.PrepareAsync(ct);
        runner.Start();
        await runner.Healthy.WaitAsync(ct);
    }

    private async Task StartAsync(Stopwatch? clock, CancellationToken ct)
    {
        var needsFolder = builder.Resources.Any(resource => resource.Annotations.OfType<DataVolumeAnnotation>().Any());
        if (needsFolder) builder.Data.Open();

        new Allocation(builder).Run();
        runners.AddRange(new Composition(builder, book, splitters, WaitForAsync).Runners());
        if (builder.Data.TemporaryRoot is { } temporary) Watchdog.Remove(temporary);

        using var starting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // "--start name" starts a resource that else waits for somebody to ask for it.
        var asked = (builder.Configuration["start"] ?? "").Split(',', StringSplitOptions.TrimEntries);
        var toStart = runners.Where(runner => !runner.Resource.Annotations.OfType<ExplicitStartAnnotation>().Any() || asked.Contains(runner.Resource.Name)).ToList();
        var prepared = toStart.ConvertAll(runner => StartAsync(runner, starting.Token));

        var reminder = RemindAsync(toStart, clock, starting.Token);
        try
        {
            await AllOrFirstFault(prepared, toStart);
        }
        catch
        {
            // The caller sees the fault; nothing of a half-started system may stay.
            await starting.CancelAsync();
            await StopAsync();
            throw;
        }
        finally
        {
            await starting.CancelAsync();
            await reminder;
        }
    }

    // A script that failed (the dashboard's build, say) leaves the rest usable, so it is told and not fatal.
    private async Task AllOrFirstFault(List<Task> tasks, List<Runner> started)
    {
        var open = new List<Task>(tasks);
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open);
            open.Remove(done);
            var runner = started[tasks.IndexOf(done)];
            if (done.IsFaulted && runner.IsOptional && runner.State == RunState.Failed) book.Say(done.Exception.InnerException!.Message);
            else await done;
        }
    }

    private async Task RemindAsync(List<Runner> started, Stopwatch? clock, CancellationToken ct)
    {
        if (clock is null) return;
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(20), ct);
                var late = started.Where(runner => !runner.Healthy.IsCompleted).Select(runner => runner.Missing is { } missing ? $"{runner.Name} ({missing})" : runner.Name);
                book.Say($"After {clock.Elapsed.TotalSeconds:0} s still waiting for {string.Join(", ", late)}.");
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task WaitForAsync(IResource dependency, int? exitCode, CancellationToken ct)
    {
        // A database is there when its server is healthy: making it is part of that.
        var owner = dependency is PostgresDatabaseResource database ? database.Parent : dependency;
        foreach (var runner in runners.Where(runner => ReferenceEquals(runner.Resource, owner)))
        {
            if (exitCode is not { } expected)
            {
                await runner.Healthy.WaitAsync(ct);
                continue;
            }

            var code = await runner.Finished.WaitAsync(ct);
            if (code != expected) throw new DistributedApplicationException($"{runner.Name} ended with code {code} where {expected} was waited for.");
        }
    }

    private async Task StopAllAsync()
    {
        var bound = Stopwatch.StartNew();
        var stops = new Dictionary<Runner, Task>();
        foreach (var runner in runners) _ = Stop(runner);
        await Task.WhenAny(Task.WhenAll(stops.Values), Task.Delay(StopBound));
        KillAll();

        Task Stop(Runner runner)
        {
            if (stops.TryGetValue(runner, out var known)) return known;
            stops[runner] = Task.CompletedTask; // A circle of waits could never have started; do not run round in it.
            var dependents = runners.Where(other => !ReferenceEquals(other, runner) && DependsOn(other.Resource, runner.Resource)).Select(Stop).ToList();
            return stops[runner] = StopAfterAsync(runner, dependents);
        }

        async Task StopAfterAsync(Runner runner, List<Task> dependents)
        {
            await Task.WhenAll(dependents);
            var rest = StopBound - bound.Elapsed;
            // Those that nothing waits for may use most of the time; the servers behind them get the remainder.
            await runner.StopAsync(dependents.Count == 0 ? rest * 0.7 : rest * 0.8);
        }
    }

    private static bool DependsOn(IResource resource, IResource other) => resource.Annotations.OfType<WaitAnnotation>()
        .Any(wait => ReferenceEquals(wait.Dependency is PostgresDatabaseResource database ? database.Parent : wait.Dependency, other));
}
