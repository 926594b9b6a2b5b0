using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Agents;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Http;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>Asks a plugin's factory: for a session, which is handed out behind its guard, and for what a log-in may choose from.</summary>
internal sealed partial class SessionFactory(
    PluginHost plugins, IOptions<SessionDeadlines> deadlines, RateLimits limits, AgentMailboxes agents, Database database,
    SecretBox secrets, IConfiguration configuration, IHostEnvironment environment, TimeProvider clock, ILoggerFactory logs,
    ILogger<SessionFactory> log)
{
    private const int MostOptions = 1000;
    private static readonly TimeSpan LateAtMost = TimeSpan.FromSeconds(2);

    /// <returns>The outcome; a session in it is a <see cref="GuardedConnector"/>, to be disposed by the caller.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked, or is not offered here.</exception>
    public async Task<ConnectOutcome> ConnectAsync(LogIn logIn, CancellationToken ct)
    {
        var hold = await TakeAsync(logIn, ct);
        var kept = false;
        try
        {
            var request = new ConnectRequest
            {
                Mode = logIn.Mode, Endpoints = hold.Endpoints, BrokerAccountId = logIn.BrokerAccountId, Answers = Secrets(logIn.Answers)
            };
            var outcome = await AskAsync(hold.Plugin, "connect", deadlines.Value.Connect, counts: true,
                async token => await CheckedAsync(await hold.Plugin.ConnectAsync(request, hold.Context, token)), ct, EndLateAsync);
            if (outcome is not ConnectOutcome.Connected { Session: { } session } connected) return outcome;
            kept = true;
            return connected with { Session = GuardedConnector.Around(session, hold.Plugin, hold.Context, deadlines.Value, clock, log) };
        }
        finally
        {
            if (!kept) hold.Dispose();
        }
    }

    /// <summary>What a field of the Connect form may be chosen from.</summary>
    /// <exception cref="ConnectorException">The broker could not be asked, or its connector lists nothing.</exception>
    public async Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequestBody asked, CancellationToken ct)
    {
        using var hold = await TakeAsync(
            new LogIn(asked.Broker, asked.Mode, ReadOnlyDictionary<string, string>.Empty, BrokerAccountId: null), ct);
        var request = new OptionsRequest { Source = asked.Source, Mode = asked.Mode, Endpoints = hold.Endpoints, Typed = asked.Typed };
        // Copied, because the list itself may be of a type of the plugin. A list that anybody may ask for says nothing of orders, in either
        // direction.
        return await AskAsync<IReadOnlyList<FieldOption>>(hold.Plugin, "list options", deadlines.Value.Options, counts: false,
            async token =>
                [.. (await hold.Plugin.ListOptionsAsync(request, hold.Context, token)).Where(option => !string.IsNullOrEmpty(option.Value))
                    .Take(MostOptions)], ct);
    }

    /// <summary>The credentials in the shape that the loaded version of the connector reads.</summary>
    /// <exception cref="ConnectorException">They cannot be read by it: the user connects again, or the operator updates the
    /// connector.</exception>
    public async Task<IReadOnlyDictionary<string, string>> UpgradedAsync(SessionAccount served, CancellationToken ct)
    {
        // Without its connector the log-in says so.
        if (await FindAsync(served.Broker, ct) is not { } plugin
            || plugin.Manifest.Connect.SchemaVersion is var version && version == served.SchemaVersion)
            return served.Credentials;
        if (version < served.SchemaVersion)
            throw new ConnectorException(ConnectorErrorKind.Misconfigured,
                $"The account was connected with a newer version of the {plugin.Manifest.Name} connector than the one that runs.");
        try
        {
            // Copied, because the dictionary itself may be of a type of the plugin.
            if (await plugin.UpgradeCredentialsAsync(served.SchemaVersion, served.Credentials, ct)
                .WaitAsync(deadlines.Value.Connect, clock, ct) is { } upgraded)
                return new Dictionary<string, string>(upgraded, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw PluginFault.ToQueryError(e, plugin, "upgrade credentials", log);
        }
        throw new ConnectorException(ConnectorErrorKind.Authentication,
            $"{plugin.Manifest.Name} asks for other credentials than before. Connect the account again.");
    }

    private async Task<T> AskAsync<T>(
        LoadedPlugin plugin, string call, TimeSpan limit, bool counts, Func<CancellationToken, Task<T>> ask, CancellationToken ct,
        Func<T, ValueTask>? endLate = null)
    {
        using var deadline = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        // On the pool, so that a plugin that blocks instead of awaiting holds up nobody else.
        var asking = Task.Run(() => ask(both.Token), CancellationToken.None);
        try
        {
            var answer = await asking.WaitAsync(limit, clock, ct);
            if (counts) plugin.Breaker.Succeeded();
            return answer;
        }
        catch (Exception e)
        {
            await both.CancelAsync();
            if (endLate is not null) await EndAsync(asking, endLate);
            if (e is OperationCanceledException && ct.IsCancellationRequested) throw;
            throw PluginFault.ToQueryError(e, plugin, call, log, counts);
        }
    }

    // What comes all the same is ended before anybody asks again, and where it does not come for long, whenever it comes.
    private async Task EndAsync<T>(Task<T> asking, Func<T, ValueTask> endLate)
    {
        var ending = RunAsync();
        await Task.WhenAny(ending, Task.Delay(LateAtMost, clock));

        async Task RunAsync()
        {
            await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asking.IsCompletedSuccessfully) await endLate(await asking);
        }
    }

    private static ValueTask EndLateAsync(ConnectOutcome outcome) =>
        outcome is ConnectOutcome.Connected { Session: { } session } ? session.DisposeAsync() : ValueTask.CompletedTask;

    private static async Task<ConnectOutcome> CheckedAsync(ConnectOutcome? outcome)
    {
        switch (outcome)
        {
            case null: throw new NonsenseException("the log-in ended without an outcome");
            case ConnectOutcome.NeedsStep step when step.Faults() is { Count: > 0 } faults:
                throw new FormatException(string.Join(" ", faults));
            case ConnectOutcome.Failed failed: return new ConnectOutcome.Failed(AnswerCheck.Problems(failed.Problems));
            case ConnectOutcome.Connected connected:
                try
                {
                    return connected with { Accounts = AnswerCheck.Accounts(connected.Accounts) };
                }
                catch (Exception) when (connected.Session is not null)
                {
                    await connected.Session.DisposeAsync();
                    throw;
                }
            default: return outcome;
        }
    }

    // A Worker that has just started has no connector yet: that is no answer to an order.
    private async Task<LoadedPlugin?> FindAsync(string broker, CancellationToken ct)
    {
        await plugins.FirstScan.WaitAsync(ct);
        return plugins.Find(broker);
    }

    private async Task<Hold> TakeAsync(LogIn logIn, CancellationToken ct)
    {
        var plugin = await FindAsync(logIn.Broker, ct)
            ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"No connector for {logIn.Broker} is loaded.");
        var offered = plugin.Manifest.Environments.FirstOrDefault(
            candidate => candidate.Mode == logIn.Mode && (!candidate.DevelopmentOnly || environment.IsDevelopment()))
            ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"{plugin.Manifest.Name} has no mode {logIn.Mode} here.");
        var endpoints = EndpointsOf(plugin.Manifest, offered);
        if (!plugin.TryAcquire())
            throw new ConnectorException(ConnectorErrorKind.Transient, $"{plugin.Manifest.Name} is being replaced by another version.");
        return new Hold(plugin, endpoints, ContextOf(plugin.Manifest, offered, endpoints, logIn));
    }

    private Dictionary<string, Uri> EndpointsOf(ConnectorManifest manifest, ConnectorEnvironment offered)
    {
        var endpoints = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var (name, endpoint) in offered.Endpoints)
        {
            var path = $"Brokers:{manifest.Slug}:{endpoint.Setting}";
            if (configuration[path] is not { Length: > 0 } moved) endpoints[name] = endpoint.Url;
            else if (Uri.TryCreate(moved, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "ws" or "wss")
                endpoints[name] = url;
            else throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"{path} is no http address.");
        }
        return endpoints;
    }

    private ConnectorContext ContextOf(
        ConnectorManifest manifest, ConnectorEnvironment offered, Dictionary<string, Uri> endpoints, LogIn logIn)
    {
        var scope = new LimitScope(manifest.Slug, offered.Mode, CredentialPrint.Of(logIn.Credentials), logIn.BrokerAccountId ?? "");
        var account = logIn.Owner is { } owner ? owner.Account.ToString()[..8] : "log-in";
        IConnectorState state = logIn.Owner is { } its ? new SealedState(database, secrets, its.Tenant, its.Account) : logIn.State;
        var pluginLog = new AccountLog(logs.CreateLogger($"TradeFlow.Broker.{manifest.Slug}"), account);
        var http = new BrokerHttp(manifest, new EgressRule(endpoints.Values, manifest.Egress), limits, scope, clock, log);
        var agent = manifest.Connect.Flow == ConnectForm.AgentFlow && logIn.Owner is { } paired
            ? agents.Of(paired.Tenant, paired.Account) : null;
        return new ConnectorContext(http, clock, pluginLog, Secrets(logIn.Credentials), state, agent);
    }

    private static Dictionary<string, Secret<string>> Secrets(IReadOnlyDictionary<string, string> typed) =>
        typed.ToDictionary(entry => entry.Key, entry => new Secret<string>(entry.Value), StringComparer.Ordinal);

    /// <summary>A version of a plugin that is in use, with what it may touch.</summary>
    private sealed record Hold(LoadedPlugin Plugin, Dictionary<string, Uri> Endpoints, ConnectorContext Context) : IDisposable
    {
        public void Dispose()
        {
            Context.Dispose();
            Plugin.Release();
        }
    }
}
