using System.Diagnostics;
using System.Runtime.CompilerServices;
using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class LifecycleCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-J10", ConformanceLevel.L1, "A disposed session makes no requests", "A session that has traded and streamed.",
            "DisposeAsync, then the clock is put forward by five minutes.", "Nothing.", "No request.", DisposedIsQuiet),
        Card("TC-J20", ConformanceLevel.L1, "Disposing twice is harmless", "A session.", "DisposeAsync twice.", "Nothing.",
            "Nothing is thrown.", DisposedTwice),
        Card("TC-J40", ConformanceLevel.L1, "Sessions of one factory do not end each other", "Two sessions of one factory.",
            "The first is disposed of; the second trades.", "Accepted.", "The second goes on.", OneOutlivesTheOther),
        Card("TC-J90", ConformanceLevel.L1, "The plugin unloads", "A load context of its own.", "Connect, trade, stream, dispose, unload.",
            "The garbage collector runs.", "The load context is gone within ten seconds.", Unloads),
    ];

    private static async Task DisposedIsQuiet(CaseStage s)
    {
        var session = await s.OpenAsync();
        await UseAsync(s, session);
        await session.DisposeAsync();
        var before = s.Http.Sent.Count;
        for (var step = 0; step < 10; step++)
        {
            s.Clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromMilliseconds(10), s.Ct);
        }
        var after = s.Http.Sent.Skip(before).FirstOrDefault();
        Require(after is null, $"{after?.Method} {after?.Uri.AbsolutePath} was called after DisposeAsync.");
    }

    private static async Task DisposedTwice(CaseStage s)
    {
        var session = await s.OpenAsync();
        await session.DisposeAsync();
        await session.DisposeAsync();
    }

    private static async Task OneOutlivesTheOther(CaseStage s)
    {
        var factory = s.Plugin.CreateFactory();
        var connected = await s.LogInAsync(factory);
        if (connected.Session is { } listed) s.Keep(listed);
        var account = connected.Accounts[0].Id;
        var first = await NamedAsync(s, factory, account);
        var second = await NamedAsync(s, factory, account);
        _ = await s.StateAsync(first);
        await first.DisposeAsync();
        _ = await s.AcceptedAsync(second, await s.MarketAsync(second));
        _ = await s.StateAsync(second);
    }

    private static async Task<IBrokerConnector> NamedAsync(CaseStage s, IConnectorFactory factory, string account) =>
        s.Keep(RequireIs<ConnectOutcome.Connected>(await factory.ConnectAsync(s.Request(account), s.Context(), s.Ct),
            "A listed account has to connect.").Session
            ?? throw new CaseFailedException("A named account gives a session."));

    private static async Task UseAsync(CaseStage s, IBrokerConnector session)
    {
        _ = await s.PositionAsync(session);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(s.Ct);
        await using var updates = session.StreamAsync(end.Token).GetAsyncEnumerator(end.Token);
        _ = await updates.MoveNextAsync();
        await end.CancelAsync();
    }

    private static async Task Unloads(CaseStage s)
    {
        var context = await UseAndUnloadAsync(s);
        var watch = Stopwatch.StartNew();
        while (context.IsAlive && watch.Elapsed < TimeSpan.FromSeconds(10))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(TimeSpan.FromMilliseconds(20), s.Ct);
        }
        Require(!context.IsAlive, "Ten seconds after the unloading something still holds the plugin: a timer, a thread, a running task, a static event, reflection JSON.");
    }

    // Nothing of the plugin may be in a local of the caller when the collector runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAndUnloadAsync(CaseStage s)
    {
        var plugin = LoadedPlugin.Load(s.Target.PluginFolder);
        var factory = plugin.CreateFactory();
        var connected = await s.LogInAsync(factory);
        var session = connected.Session;
        if (session is null)
        {
            var named = RequireIs<ConnectOutcome.Connected>(
                await factory.ConnectAsync(s.Request(connected.Accounts[0].Id), s.Context(), s.Ct), "A listed account has to connect.");
            session = named.Session ?? throw new CaseFailedException("A named account gives a session.");
        }
        await UseAsync(s, session);
        await session.DisposeAsync();
        var alive = plugin.Alive;
        plugin.Unload();
        return alive;
    }
}
