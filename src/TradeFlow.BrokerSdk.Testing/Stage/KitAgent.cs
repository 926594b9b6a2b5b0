namespace TradeFlow.BrokerSdk.Testing;

/// <summary>What happens to a command on its way to an agent, and to its reports.</summary>
internal enum AgentFault
{
    None = 0,
    /// <summary>The agent runs the command; its result never comes.</summary>
    SilentAfter,
    /// <summary>The agent has fetched the command and does not run it; nothing comes.</summary>
    SilentBefore,
    /// <summary>The command was taken back unseen.</summary>
    NotDelivered,
    /// <summary>The agent has stopped reporting.</summary>
    Stale,
}

/// <summary>The venue's agent channel with faults and a count.</summary>
internal sealed class KitAgent(IAgentChannel agent) : IAgentChannel
{
    private int sent;

    public AgentFault Fault { get; set; }

    public int Sent => sent;

    public async Task<AgentReport?> LatestAsync(CancellationToken ct) =>
        await agent.LatestAsync(ct).ConfigureAwait(false) is { } report
            ? Fault is AgentFault.Stale ? report with { IsFresh = false } : report : null;

    public async Task<AgentAnswer> SendAsync(AgentCommand command, CancellationToken ct)
    {
        Interlocked.Increment(ref sent);
        switch (Fault)
        {
            case AgentFault.NotDelivered:
                return new AgentAnswer.NotDelivered("No agent had fetched it when it expired.");
            case AgentFault.SilentBefore:
                return new AgentAnswer.Silent("The agent gave no result in time.");
            case AgentFault.SilentAfter:
                _ = await agent.SendAsync(command, ct).ConfigureAwait(false);
                return new AgentAnswer.Silent("The agent gave no result in time.");
            default:
                return await agent.SendAsync(command, ct).ConfigureAwait(false);
        }
    }

    public Task<AgentCommandRecord?> FindAsync(string id, CancellationToken ct) => agent.FindAsync(id, ct);

    public Task<IReadOnlyList<AgentCommandRecord>> FindByMagicAsync(IReadOnlyCollection<long> magics, CancellationToken ct) =>
        agent.FindByMagicAsync(magics, ct);
}
