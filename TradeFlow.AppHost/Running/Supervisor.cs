using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// Starts whatever dies again, and ends everything in order: programs first, servers after them, so that PostgreSQL closes its data and is
/// not killed over them.
/// </summary>
internal sealed class Supervisor(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands, LogFiles logs,
    Voice voice, IHostApplicationLifetime host)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan ProgramsEndWithin = TimeSpan.FromSeconds(3.5);
    private static readonly TimeSpan ServersEndWithin = TimeSpan.FromSeconds(3);
    private const string RefusalMark = "Cannot start: ";
    private static readonly string[] Refusals = [nameof(InvalidOperationException), "OptionsValidationException"];
    private readonly ConcurrentDictionary<string, Part> parts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;
    private volatile bool ended;

    public IReadOnlyCollection<Part> Parts => [.. parts.Values];

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        watching = Task.Run(WatchAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Before anything of Aspire stops: that would end all at once.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Aspire's host for tests stops one that has ended once more.
        if (ended) return;
        await stopping.CancelAsync();
        await EndAllAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => watching;

    public async Task EndAllAsync()
    {
        // Aspire's dashboard ends last: the programs send it their last words, and would wait for an answer of the dead.
        var running = parts.Values.Where(part => part.Process is { } process && !LogFiles.IsAspires(part.Name) && Signals.IsAlive(process))
            .ToLookup(part => part.Resource.Annotations.OfType<ServerAnnotation>().Any());
        await EndAsync(running[false], ProgramsEndWithin);
        await EndAsync(running[true], ServersEndWithin);
    }

    public void Dispose()
    {
        ended = true;
        stopping.Dispose();
    }

    private static async Task EndAsync(IEnumerable<Part> group, TimeSpan within)
    {
        var processes = group.Select(part => (Id: part.Process!.Value,
            Signal: part.Resource.Annotations.OfType<ServerAnnotation>().FirstOrDefault()?.EndSignal ?? Signals.Term)).ToList();
        foreach (var (id, signal) in processes) Signals.Send(id, signal);
        using var patience = new CancellationTokenSource(within);
        while (processes.Any(process => Signals.IsAlive(process.Id)) && !patience.IsCancellationRequested)
            await Task.Delay(20, CancellationToken.None);
        foreach (var (id, _) in processes.Where(process => Signals.IsAlive(process.Id))) Signals.Send(id, Signals.Kill);
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping.Token))
            {
                if (change.Resource is not (ExecutableResource or ProjectResource)) continue;
                var part = parts.GetOrAdd(change.ResourceId, _ => new Part(change.Resource, TimeProvider.System));
                var wasHealthy = part.IsHealthy;
                var now = change.Snapshot;
                var process = $"{now.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value}";
                var died = part.Take(now.State?.Text, now.HealthStatus,
                    int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null);
                if (part.IsHealthy && !wasHealthy && part.IsKept && part.Deaths > 0)
                    voice.Say($"{part.Name} is back (process {part.Process}).");
                if (!died) continue;
                if (part.IsKept) _ = Task.Run(() => ReviveAsync(change.ResourceId, part, now.ExitCode), CancellationToken.None);
                else if (now.ExitCode is not 0) TellOfFailure(part, now.ExitCode);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task ReviveAsync(string id, Part part, int? code)
    {
        try
        {
            while (!host.ApplicationStopping.IsCancellationRequested)
            {
                if (part.IsHopeless || IsRefused(part) || (!part.WasHealthy && Mend(part) is not null))
                {
                    await GiveUpAsync(part);
                    return;
                }

                var pause = part.Pause;
                voice.Say($"{part.Name} (process {part.Process}) ended{Word(code)}; starting it again{(pause > TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $" in {pause.TotalSeconds:0.#} s") : "")}.");
                await Task.Delay(pause, stopping.Token);
                if ((await commands.ExecuteCommandAsync(id, KnownResourceCommands.StartCommand, stopping.Token)).Success) return;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task GiveUpAsync(Part part)
    {
        var sentence = Mend(part) ?? $"{part.Name} ended {part.Deaths} times in a row{LastWords(part)}";
        if (part.WasHealthy)
        {
            voice.Say($"{part.Name} is given up: {sentence} Start it from the dashboard when that is mended.");
            return;
        }

        if (!voice.Refuse(sentence)) return;
        // Aspire may still be starting others, and tells of what it could not start when it is stopped meanwhile.
        await stopping.CancelAsync();
        await EndAllAsync();
        Environment.Exit(1);
    }

    // A setting that a program refuses is the same after each start: only a person mends it.
    private bool IsRefused(Part part) =>
        !part.WasHealthy && part.EndsAgainWith(Refusal(logs.Last(part.Name)));

    private static string? Refusal(IReadOnlyList<string> lines)
    {
        if (lines.LastOrDefault(line => line.Contains(RefusalMark, StringComparison.Ordinal)) is { } said)
            return said[(said.IndexOf(RefusalMark, StringComparison.Ordinal) + RefusalMark.Length)..];
        if (Unhandled(lines) is not { } line || !Refusals.Any(line.Contains)) return null;
        var words = line.IndexOf(": ", StringComparison.Ordinal);
        return words < 0 ? line : line[(words + 2)..];
    }

    private void TellOfFailure(Part part, int? code)
    {
        var sentence = $"{part.Name} failed{Word(code)}{LastWords(part)}";
        // What the programs wait for must succeed; without its pages the product still takes signals.
        if (model.Resources.Any(other => other.Annotations.OfType<WaitAnnotation>()
            .Any(wait => wait.Resource == part.Resource && other.HasAnnotationOfType<KeepRunningAnnotation>())))
            voice.End(sentence);
        else voice.Say(sentence);
    }

    private string? Mend(Part part) =>
        part.Resource.Annotations.OfType<ServerAnnotation>().FirstOrDefault()?.Explain(string.Join('\n', logs.Last(part.Name)));

    // A .NET program says the reason first and then where it was; others say it last.
    private string LastWords(Part part)
    {
        var lines = logs.Last(part.Name);
        var reason = Refusal(lines) ?? Unhandled(lines) ?? lines.LastOrDefault(line => line.Trim().Length > 0) ?? "it said nothing";
        return $": {reason} – the whole story is in {logs.PathOf(part.Name)}.";
    }

    // Without the time that stands before it.
    private static string? Unhandled(IReadOnlyList<string> lines)
    {
        const string Mark = "Unhandled exception";
        var line = lines.LastOrDefault(line => line.Contains(Mark, StringComparison.Ordinal));
        return line?[line.IndexOf(Mark, StringComparison.Ordinal)..];
    }

    private static string Word(int? code) => code switch
    {
        > 128 => $" with signal {code - 128}",
        >= 0 => $" with code {code}",
        _ => "",
    };
}
