using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>The one plugin of this process, and its sessions. The Worker asks; what is answered is checked there.</summary>
internal sealed class ServedPlugin
{
    private readonly ConcurrentDictionary<long, IBrokerConnector> sessions = new();
    private readonly ConcurrentDictionary<(long Session, long Stream), OpenStream> streams = new();
    private CodeHere? code;

    private CodeHere Code => code ?? throw new InvalidOperationException("Nothing is loaded.");

    public async Task<Reply> ServeAsync(Peer worker, Frame frame, CancellationToken ct)
    {
        HostLine.Within(frame.Flow);
        switch (frame.Call)
        {
            case Call.Load:
                Load(worker, WireJson.Required(frame.Json, WireJson.Default.LoadRequest));
                return default;
            case Call.Ping: return default;
            case Call.Connect: return await ConnectAsync(worker, frame, ct);
            case Call.Upgrade:
                var upgrade = WireJson.Required(frame.Json, WireJson.Default.UpgradeCall);
                return WireJson.Reply(await Code.UpgradeCredentialsAsync(upgrade.FromVersion, upgrade.Stored, ct),
                    WireJson.Default.IReadOnlyDictionaryStringString);
            case Call.ListOptions:
                var options = WireJson.Required(frame.Json, WireJson.Default.OptionsCall);
                return WireJson.Reply(await Code.ListOptionsAsync(options.Request, Context(worker, frame,
                    new SessionGrant([], false, options.LogsFrom)), ct), WireJson.Default.IReadOnlyListFieldOption);
            case Call.EndSession:
                if (sessions.TryRemove(frame.Session, out var ended)) await ended.DisposeAsync();
                return default;
            case Call.EndStream:
                if (streams.TryRemove((frame.Session, frame.Flow), out var left)) await left.DisposeAsync();
                return default;
            default:
                if (!sessions.TryGetValue(frame.Session, out var session)) throw new InvalidOperationException("There is no such session.");
                return await AskAsync(session, frame, ct);
        }
    }

    private async Task<Reply> AskAsync(IBrokerConnector session, Frame frame, CancellationToken ct)
    {
        switch (frame.Call)
        {
            case Call.Account: return WireJson.Reply(await session.GetAccountAsync(ct), WireJson.Default.AccountSnapshot);
            case Call.Instruments: return WireJson.Reply(await session.FindInstrumentsAsync(WireJson.Required(frame.Json,
                WireJson.Default.InstrumentQuery), ct), WireJson.Default.IReadOnlyListInstrument);
            case Call.Quote: return WireJson.Reply(await session.GetQuoteAsync(WireJson.Required(frame.Json, WireJson.Default.String), ct),
                WireJson.Default.Quote);
            case Call.Place: return Told(await session.PlaceAsync(WireJson.Required(frame.Json, WireJson.Default.PlaceOrder), ct));
            case Call.Cancel: return Told(await session.CancelAsync(WireJson.Required(frame.Json, WireJson.Default.OrderKey), ct));
            case Call.Close: return Told(await session.ClosePositionAsync(WireJson.Required(frame.Json, WireJson.Default.ClosePosition),
                ct));
            case Call.Modify: return Told(await ((IModifyOrders)session).ModifyAsync(WireJson.Required(frame.Json,
                WireJson.Default.ModifyOrder), ct));
            case Call.FindOrder:
                return WireJson.Reply(LookupReply.Of(await session.FindOrderAsync(WireJson.Required(frame.Json, WireJson.Default.OrderKey),
                    ct)), WireJson.Default.LookupReply);
            case Call.State: return WireJson.Reply(await session.GetStateAsync(WireJson.Required(frame.Json, WireJson.Default.StateWindow),
                ct), WireJson.Default.BrokerState);
            case Call.NextUpdate: return await NextAsync(session, frame, ct);
            default: throw new NotSupportedException($"There is no {frame.Call}.");
        }
    }

    private static Reply Told(OrderOutcome? outcome) => WireJson.Reply(OutcomeReply.Of(outcome), WireJson.Default.OutcomeReply);

    private void Load(Peer worker, LoadRequest request)
    {
        var files = PackageFiles.Read(request.Folder);
        if (files.Hash() != request.Sha256) throw new PluginRefusedException(Contracts.PluginState.NotSupported,
            "Its files were changed after they had been checked.");
        var manifest = PluginFolder.ReadManifest(files);
        var (fence, factory) = PluginLoader.Load(request.Folder, files, manifest);
        fence.Broken += () => worker.Tell(Call.Breach, 0, WireJson.Reply(fence.Breach, WireJson.Default.String).Json);
        code = new CodeHere(manifest.Name, fence, factory);
    }

    private async Task<Reply> ConnectAsync(Peer worker, Frame frame, CancellationToken ct)
    {
        var call = WireJson.Required(frame.Json, WireJson.Default.ConnectCall);
        var request = new ConnectRequest
        {
            Mode = call.Mode, Endpoints = call.Endpoints, BrokerAccountId = call.BrokerAccountId,
            Answers = call.Answers.ToDictionary(entry => entry.Key, entry => new Secret<string>(entry.Value), StringComparer.Ordinal),
        };
        var outcome = await Code.ConnectAsync(request, Context(worker, frame, call.Grant), ct);
        if (outcome is ConnectOutcome.Connected { Session: { } session }) sessions[frame.Session] = session;
        return WireJson.Reply(ConnectReply.Of(outcome), WireJson.Default.ConnectReply);
    }

    private async Task<Reply> NextAsync(IBrokerConnector session, Frame frame, CancellationToken ct)
    {
        var stream = streams.GetOrAdd((frame.Session, frame.Flow), static (_, its) => new OpenStream(its), session);
        var reply = await stream.NextAsync(ct);
        return WireJson.Reply(reply, WireJson.Default.UpdateReply);
    }

    private static HostContext Context(Peer worker, Frame frame, SessionGrant grant) => new(new HostLine(worker, frame.Session), grant);
}
