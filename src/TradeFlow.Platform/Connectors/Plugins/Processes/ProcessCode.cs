using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>
/// A plugin in a process of its own. When that ends, its sessions have ended with it and another is started: at once after the first
/// end, later and later after more.
/// </summary>
internal sealed partial class ProcessCode(ProcessStarter starter, ProcessFolders folders, string sha256, ConnectorManifest manifest,
    TimeProvider clock, ILogger log) : PluginCode, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(30),
        LivesWellAfter = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim starting = new(1);
    private readonly Lock gate = new();
    private PluginProcess? current;
    private DateTimeOffset startedAt;
    private DateTimeOffset notBefore;
    private string? breach;
    private string? problem;
    private int ends;
    private bool hasLeft;

    /// <summary>Raised when there is a <see cref="Breach"/>, and when a process has ended or was started again.</summary>
    public event Action? Changed;

    public override string? Breach => Volatile.Read(ref breach);

    public override string? Problem => Volatile.Read(ref problem);

    public override int? Process => current is { Peer.HasEnded: false } running ? running.Id : null;

    /// <summary>Starts the process with its plugin.</summary>
    /// <exception cref="PluginRefusedException">The plugin cannot run.</exception>
    /// <exception cref="PluginGoneException">There is no process now.</exception>
    public async Task<PluginProcess> RunningAsync(CancellationToken ct)
    {
        if (current is { Peer.HasEnded: false } running) return running;
        await starting.WaitAsync(ct);
        try
        {
            if (current is { Peer.HasEnded: false } meanwhile) return meanwhile;
            if (hasLeft) throw new PluginGoneException("The connector is being replaced by another version.", wasHandedOver: false);
            var now = clock.GetUtcNow();
            if (now < notBefore)
                throw new PluginGoneException("It is started again in a moment.", wasHandedOver: false) { RetryAfter = notBefore - now };
            return await StartAsync(now, ct);
        }
        finally
        {
            starting.Release();
        }
    }

    public override async Task KeepAsync(CancellationToken ct)
    {
        if (Process is not null || clock.GetUtcNow() < notBefore) return;
        try
        {
            await RunningAsync(ct);
        }
        catch (Exception e) when (e is PluginGoneException or PluginRefusedException)
        {
            // Told by the state, and tried again later.
        }
    }

    public override async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        var process = await RunningAsync(ct);
        var session = process.Desk.Grant(context);
        var kept = false;
        try
        {
            var grant = new SessionGrant(Revealed(context.Credentials), context.Agent is not null, LogsFrom(context.Log));
            var call = new ConnectCall(request.Mode, new Dictionary<string, Uri>(request.Endpoints, StringComparer.Ordinal),
                request.BrokerAccountId, Revealed(request.Answers), grant);
            var reply = await process.Peer.AskAsync(Call.Connect, session, WireJson.Reply(call, WireJson.Default.ConnectCall).Json, ct);
            var told = WireJson.Required(reply.Json, WireJson.Default.ConnectReply);
            ProcessSession? its = !told.HasSession ? null
                : told.CanModify ? new ModifyingProcessSession(process, session, manifest.Name)
                : new ProcessSession(process, session, manifest.Name);
            kept = its is not null;
            if (its is not null && ct.IsCancellationRequested)
            {
                // Nobody waits for it any more.
                await its.DisposeAsync();
                ct.ThrowIfCancellationRequested();
            }
            return told.ToOutcome(its)!; // checked by whoever has asked
        }
        finally
        {
            if (!kept) process.Desk.Withdraw(session);
        }
    }

    public override async Task<IReadOnlyDictionary<string, string>?> UpgradeCredentialsAsync(int fromVersion,
        IReadOnlyDictionary<string, string> stored, CancellationToken ct)
    {
        var process = await RunningAsync(ct);
        var call = new UpgradeCall(fromVersion, new Dictionary<string, string>(stored, StringComparer.Ordinal));
        var reply = await process.Peer.AskAsync(Call.Upgrade, 0, WireJson.Reply(call, WireJson.Default.UpgradeCall).Json, ct);
        return WireJson.Read(reply.Json, WireJson.Default.IReadOnlyDictionaryStringString);
    }

    public override async Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequest request, IConnectorContext context,
        CancellationToken ct)
    {
        var process = await RunningAsync(ct);
        var session = process.Desk.Grant(context);
        try
        {
            var call = new OptionsCall(request, LogsFrom(context.Log));
            var reply = await process.Peer.AskAsync(Call.ListOptions, session, WireJson.Reply(call, WireJson.Default.OptionsCall).Json, ct);
            return WireJson.Required(reply.Json, WireJson.Default.IReadOnlyListFieldOption);
        }
        finally
        {
            process.Desk.Withdraw(session);
        }
    }

    public void Dispose()
    {
        Leave();
        starting.Dispose();
    }

    public override WeakReference Leave()
    {
        hasLeft = true;
        current?.Dispose();
        current = null;
        folders.Remove();
        return new WeakReference(target: null);
    }

    private async Task<PluginProcess> StartAsync(DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            var process = await PluginProcess.StartAsync(starter, folders, sha256, manifest.Slug, clock, ct);
            process.Desk.Breached += Break;
            (current, startedAt) = (process, now);
            if (hasLeft) Leave();
            Volatile.Write(ref problem, null);
            _ = FollowAsync(process);
            LogStarted(manifest.Name, manifest.Version, process.Id);
            if (ends > 0) Changed?.Invoke();
            return process;
        }
        catch (Exception e) when (e is PluginGoneException or PluginRefusedException)
        {
            Volatile.Write(ref problem, e.Message);
            Wait();
            throw;
        }
    }

    private async Task FollowAsync(PluginProcess process)
    {
        var reason = await process.Peer.Ended;
        if (hasLeft) return;
        if (clock.GetUtcNow() - startedAt > LivesWellAfter) ends = 0;
        Wait();
        LogEnded(manifest.Name, manifest.Version, process.Id, reason, process.Words);
        Changed?.Invoke();
    }

    private void Wait()
    {
        lock (gate)
        {
            var pause = ends == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(ends - 1, 10),
                LongestPause.Ticks));
            notBefore = clock.GetUtcNow() + pause;
            ends++;
        }
    }

    private void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref breach, reason, null) is null) Changed?.Invoke();
    }

    private static Dictionary<string, string> Revealed(IReadOnlyDictionary<string, Secret<string>> secrets) =>
        secrets.ToDictionary(entry => entry.Key, entry => entry.Value.Reveal(), StringComparer.Ordinal);

    private static LogLevel LogsFrom(ILogger log) =>
        Enum.GetValues<LogLevel>().Where(one => one != LogLevel.None && log.IsEnabled(one)).DefaultIfEmpty(LogLevel.None).Min();

    [LoggerMessage(3023, LogLevel.Information, "Plugin {Name} {Version} runs in process {Process}")]
    private partial void LogStarted(string name, string version, int process);

    [LoggerMessage(3024, LogLevel.Error,
        "Plugin {Name} {Version}: its process {Process} has ended, and its sessions with it. {Reason} {Words}")]
    private partial void LogEnded(string name, string version, int process, string reason, string words);
}
