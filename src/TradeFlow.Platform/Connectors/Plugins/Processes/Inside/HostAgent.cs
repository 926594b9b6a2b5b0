using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>The account's terminal, whose mailbox the Worker keeps.</summary>
internal sealed class HostAgent(HostLine line) : IAgentChannel
{
    public async Task<AgentReport?> LatestAsync(CancellationToken ct) =>
        WireJson.Read((await line.AskAsync(Call.LatestReport, default, ct)).Json, WireJson.Default.AgentReport);

    public async Task<AgentAnswer> SendAsync(AgentCommand command, CancellationToken ct) => WireJson
        .Required((await line.AskAsync(Call.SendCommand, WireJson.Reply(command, WireJson.Default.AgentCommand), ct)).Json,
            WireJson.Default.AgentReply).ToAnswer();

    public async Task<AgentCommandRecord?> FindAsync(string id, CancellationToken ct) =>
        WireJson.Read((await line.AskAsync(Call.FindCommand, WireJson.Reply(id, WireJson.Default.String), ct)).Json,
            WireJson.Default.AgentCommandRecord);

    public async Task<IReadOnlyList<AgentCommandRecord>> FindByMagicAsync(IReadOnlyCollection<long> magics, CancellationToken ct) =>
        WireJson.Required(
        (await line.AskAsync(Call.FindByMagic, WireJson.Reply(magics, WireJson.Default.IReadOnlyCollectionInt64), ct)).Json,
            WireJson.Default.IReadOnlyListAgentCommandRecord);
}
