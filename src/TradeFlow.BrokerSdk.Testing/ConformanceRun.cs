using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>How a run is made.</summary>
public sealed record ConformanceOptions
{
    /// <summary>Seed of ids and choices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The highest level that is run. L3 runs the files (L0) and the cases of a demo account, and needs a <see cref="DemoAccount"/> as its
    /// venue.
    /// </summary>
    public ConformanceLevel UpTo { get; init; } = ConformanceLevel.L2;

    /// <summary>Longest time of one case; a connector that hangs fails it.</summary>
    public TimeSpan CaseDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The connector somewhere else than in this process; <c>null</c> for here.</summary>
    internal Func<IConnectorFactory>? Elsewhere { get; init; }

    // A real broker is waited for longer, and more than once in a case.
    internal TimeSpan DeadlineOf(ConformanceCase card) => card.Level is ConformanceLevel.L3 ? CaseDeadline * 4 : CaseDeadline;
}

/// <summary>One run of the cases over one connector. Cases run one after the other, whoever asks.</summary>
public sealed class ConformanceRun : IAsyncDisposable
{
    private readonly ConformanceTarget target;
    private readonly ConformanceOptions options;
    private readonly SemaphoreSlim turn = new(1);
    private readonly ConcurrentDictionary<string, ConformanceResult> results = new(StringComparer.Ordinal);
    private LoadedPlugin? plugin;
    private IVenue? venue;

    /// <summary>A run that has not begun.</summary>
    public ConformanceRun(ConformanceTarget target, ConformanceOptions? options = null)
    {
        this.target = target;
        this.options = options ?? new ConformanceOptions();
    }

    /// <summary>True when every case up to the level of the options has a verdict.</summary>
    public bool IsComplete => Wanted.All(card => results.ContainsKey(card.Id));

    private IEnumerable<ConformanceCase> Wanted => ConformanceSuite.Cases.Where(card => options.UpTo is ConformanceLevel.L3
        ? card.Level is ConformanceLevel.L0 or ConformanceLevel.L3 : card.Level <= options.UpTo);

    /// <summary>Runs every case up to the level of the options.</summary>
    /// <param name="progress">Told of each case as it ends.</param>
    /// <param name="ct">Ends the run.</param>
    public async Task<ConformanceReport> RunAsync(IProgress<ConformanceResult>? progress, CancellationToken ct)
    {
        foreach (var card in Wanted)
        {
            var result = await RunCaseAsync(card, ct).ConfigureAwait(false);
            progress?.Report(result);
        }
        return Report();
    }

    /// <summary>Runs one case and keeps its verdict.</summary>
    public async Task<ConformanceResult> RunCaseAsync(ConformanceCase card, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(card);
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var watch = Stopwatch.StartNew();
            var (verdict, reason) = await JudgeAsync(card, ct).ConfigureAwait(false);
            return results[card.Id] = new ConformanceResult(card, verdict, reason, watch.Elapsed);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The report of what has been run so far.</summary>
    public ConformanceReport Report()
    {
        var manifest = LoadedPlugin.TryManifest(target.PluginFolder);
        var cases = ConformanceSuite.Cases.Select(card =>
            results.GetValueOrDefault(card.Id) ?? new ConformanceResult(card, ConformanceVerdict.NotRun, "", TimeSpan.Zero)).ToList();
        return new ConformanceReport
        {
            PluginId = manifest?.Id ?? "", Slug = manifest?.Slug ?? "", PluginVersion = manifest?.Version ?? "",
            EntryAssemblySha256 = Hash(manifest), SdkVersion = VersionOf(typeof(IConnectorFactory)),
            KitVersion = VersionOf(typeof(ConformanceRun)), Seed = options.Seed, At = TimeProvider.System.GetUtcNow(),
            // L3 is run by hand and asked of nobody; without a venue double nothing is proven.
            Passed = target is not PluginFolderTarget { HasVenue: false }
                && cases.Where(result => result.Case.Level <= ConformanceLevel.L2)
                    .All(result => result.Verdict is ConformanceVerdict.Passed or ConformanceVerdict.Skipped),
            Cases = [.. cases.Select(result => new ConformanceReportCase
            {
                Id = result.Case.Id, Title = result.Case.Title, Level = result.Case.Level, Verdict = result.Verdict,
                Reason = result.Reason.Length == 0 ? null : result.Reason, Milliseconds = (int)result.Elapsed.TotalMilliseconds,
            })],
        };
    }

    /// <summary>Closes the venue double and unloads the plugin.</summary>
    public async ValueTask DisposeAsync()
    {
        if (venue is not null) await venue.DisposeAsync().ConfigureAwait(false);
        plugin?.Unload();
        turn.Dispose();
    }

    private async Task<(ConformanceVerdict Verdict, string Reason)> JudgeAsync(ConformanceCase card, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(options.DeadlineOf(card));
        try
        {
            await PlayAsync(card, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            return (ConformanceVerdict.Passed, "");
        }
        catch (CaseSkippedException e)
        {
            return (ConformanceVerdict.Skipped, e.Message);
        }
        catch (CaseFailedException e)
        {
            return (ConformanceVerdict.Failed, e.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return (ConformanceVerdict.Failed, $"It did not end within {options.DeadlineOf(card).TotalSeconds:0} s.");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Whatever a connector throws where nothing may be thrown is a finding, not an accident of the kit.
            return (ConformanceVerdict.Failed, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private async Task PlayAsync(ConformanceCase card, CancellationToken ct)
    {
        if (card.Group is ConformanceGroup.Static)
        {
            await using var files = new CaseStage(target, null, null, options.Seed, ct);
            await card.Body(files).ConfigureAwait(false);
            return;
        }
        if (target is PluginFolderTarget { HasVenue: false }) throw new CaseSkippedException("No venue double came with the plugin.");
        plugin ??= LoadedPlugin.Load(target.PluginFolder, options.Elsewhere);
        venue ??= await target.OpenVenueAsync(ct).ConfigureAwait(false);
        if (card.Level is ConformanceLevel.L3 != venue is DemoAccount)
            throw new CaseSkippedException(
                venue is DemoAccount ? "A demo account runs the cases of L3 alone." : "It needs a demo account at the real broker.");
        await venue.ResetAsync(ct).ConfigureAwait(false);
        await using var stage = new CaseStage(target, plugin, venue, options.Seed, ct);
        await card.Body(stage).ConfigureAwait(false);
    }

    private string Hash(ConnectorManifest? manifest)
    {
        var file = Path.Combine(target.PluginFolder, manifest?.EntryAssembly ?? "");
        return File.Exists(file) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) : "";
    }

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "";
}
