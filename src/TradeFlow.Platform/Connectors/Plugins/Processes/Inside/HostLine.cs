namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>Asks the Worker for one session, within the command that is carried out here.</summary>
internal sealed class HostLine(Peer worker, long session)
{
    private static readonly AsyncLocal<long> Flow = new();

    /// <summary>What runs here, and what it starts, belongs to this command of the Worker.</summary>
    public static void Within(long flow) => Flow.Value = flow;

    public Task<Reply> AskAsync(Call call, Reply argument, CancellationToken ct) =>
        worker.AskAsync(call, session, argument.Json, ct, argument.Tail, Flow.Value);

    public void Tell(Call call, Reply argument) => worker.Tell(call, session, argument.Json);
}
