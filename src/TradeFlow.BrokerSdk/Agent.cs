namespace TradeFlow.BrokerSdk;

/// <summary>
/// The mailbox of one account's terminal agent: a program of ours that runs inside the user's trading terminal, reports every one to three
/// seconds and takes commands along. The host owns the wire (<c>POST /api/ea/heartbeat</c>, with a key that the account has for its agent
/// alone); a connector only writes commands and reads reports.
/// </summary>
/// <remarks>
/// Commands are kept in the host's database before an agent can see them, are handed out again until their result comes or they expire, and
/// an agent runs each id once. Only the instance that holds the account's lease is handed commands.
/// </remarks>
public interface IAgentChannel
{
    /// <summary>
    /// The newest report, or <c>null</c> when no agent of this account has ever reported. Look at <see cref="AgentReport.IsFresh"/> before
    /// believing it.
    /// </summary>
    /// <exception cref="ConnectorException">The host's store could not be read.</exception>
    Task<AgentReport?> LatestAsync(CancellationToken ct);

    /// <summary>Queues a command and waits for its result until it expires or <paramref name="ct"/> ends the wait.</summary>
    /// <remarks>
    /// The same id again joins the first command. Only one that was taken back unseen (<see cref="AgentAnswer.NotDelivered"/>) is queued
    /// anew. What leaves as an exception says nothing: the command may have been handed out.
    /// </remarks>
    Task<AgentAnswer> SendAsync(AgentCommand command, CancellationToken ct);

    /// <summary>What became of a command, or <c>null</c> when none of this id was ever queued.</summary>
    /// <exception cref="ConnectorException">The host's store could not be read.</exception>
    Task<AgentCommandRecord?> FindAsync(string id, CancellationToken ct);

    /// <summary>
    /// The commands that opened something under one of these magic numbers: brokers clip and replace comments, the magic number stays.
    /// </summary>
    /// <exception cref="ConnectorException">The host's store could not be read.</exception>
    Task<IReadOnlyList<AgentCommandRecord>> FindByMagicAsync(IReadOnlyCollection<long> magics, CancellationToken ct);
}

/// <summary>
/// One command to an agent, with the members of the wire. Texts are plain ASCII without quotes and backslashes: the agents read them
/// without a JSON library.
/// </summary>
public sealed record AgentCommand
{
    /// <summary>Ours, at most 40 letters, digits, <c>-</c> and <c>_</c>. An agent runs it once.</summary>
    public required string Id { get; init; }

    /// <summary><c>open</c>, <c>close</c>, <c>modify</c> or <c>cancel</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>The terminal's own symbol.</summary>
    public string Symbol { get; init; } = "";

    /// <summary>Side of the order to open, or of the position to close.</summary>
    public Side Side { get; init; }

    /// <summary>Market, limit or stop.</summary>
    public OrderType Type { get; init; }

    /// <summary>Lots.</summary>
    public decimal Quantity { get; init; }

    /// <summary>Limit or trigger price; <c>null</c> at market, and to leave a working order's price as it is.</summary>
    public decimal? Price { get; init; }

    /// <summary>Stop loss as an absolute price; <c>null</c> or zero for none.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>Take profit as an absolute price; <c>null</c> or zero for none.</summary>
    public decimal? TakeProfit { get; init; }

    /// <summary>The terminal's ticket of the position or order that is meant; empty to open.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>Magic number of the order to open, above zero and at most 2,147,483,647.</summary>
    public long Magic { get; init; }

    /// <summary>Comment of the order to open; terminals keep 26 to 31 characters.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How long an agent may still begin with it, by the host's clock.</summary>
    public required TimeSpan ValidFor { get; init; }
}

/// <summary>How the wait for a command ended.</summary>
public abstract record AgentAnswer
{
    private AgentAnswer() { }

    /// <summary>The agent has reported a result.</summary>
    public sealed record Answered(AgentResult Result) : AgentAnswer;

    /// <summary>Taken back before any agent had seen it: proven not to have been run.</summary>
    /// <param name="Why">The proof, in words.</param>
    public sealed record NotDelivered(string Why) : AgentAnswer;

    /// <summary>Handed out, and no result so far: it may have been run.</summary>
    /// <param name="Cause">What happened, in words.</param>
    public sealed record Silent(string Cause) : AgentAnswer;
}

/// <summary>What an agent says of a command.</summary>
public sealed record AgentResult
{
    /// <summary>Id of the command.</summary>
    public required string Id { get; init; }

    /// <summary><c>done</c>, <c>rejected</c> or <c>unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The terminal's own code, 0 when it gave none.</summary>
    public int Code { get; init; }

    /// <summary>Ticket of the position or order, empty when there is none.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>Fill price; <c>null</c> when not told.</summary>
    public decimal? Price { get; init; }

    /// <summary>Filled lots; <c>null</c> when not told.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Profit that a close realised, net of swap and commission, in the account's currency; <c>null</c> when not told.</summary>
    public decimal? Profit { get; init; }

    /// <summary>The terminal's words.</summary>
    public string Message { get; init; } = "";
}

/// <summary>A command as the host remembers it.</summary>
public sealed record AgentCommandRecord
{
    /// <summary>The command; its <see cref="AgentCommand.ValidFor"/> is what was asked for.</summary>
    public required AgentCommand Command { get; init; }

    /// <summary>When it was queued (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on no agent begins with it (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When an agent was first handed it (UTC); <c>null</c> when none was.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Its result, once there is one.</summary>
    public AgentResult? Result { get; init; }

    /// <summary>
    /// True when it can no longer be run and was not: never handed out, or the very instance that was handed it has reported since its end
    /// without a result.
    /// </summary>
    public bool IsProvenNotRun { get; init; }
}

/// <summary>The account as an agent last saw it.</summary>
public sealed record AgentReport
{
    /// <summary>When the host received it (UTC).</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>False once the agent has missed three reports: what it said then is no news of now.</summary>
    public required bool IsFresh { get; init; }

    /// <summary>One per running agent.</summary>
    public required string Instance { get; init; }

    /// <summary><c>MT4</c>, <c>MT5</c> or whatever the agent calls its terminal.</summary>
    public string Platform { get; init; } = "";

    /// <summary>True when positions stand side by side, false when there is one per symbol.</summary>
    public bool Hedging { get; init; } = true;

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Cash without open profit.</summary>
    public required decimal Balance { get; init; }

    /// <summary>Balance plus open profit.</summary>
    public required decimal Equity { get; init; }

    /// <summary>What is left for new positions.</summary>
    public decimal? FreeMargin { get; init; }

    /// <summary>False when trading by programs is switched off in the terminal or at the broker; <c>null</c> when not told.</summary>
    public bool? TradeAllowed { get; init; }

    /// <summary>The broker's clock minus UTC, in steps of 15 minutes.</summary>
    public TimeSpan BrokerOffset { get; init; }

    /// <summary>Open positions; empty means flat.</summary>
    public required IReadOnlyList<AgentPosition> Positions { get; init; }

    /// <summary>Working orders; <c>null</c> when the agent does not report them.</summary>
    public IReadOnlyList<AgentOrder>? Orders { get; init; }

    /// <summary>The symbols of the terminal's watch list.</summary>
    public required IReadOnlyList<AgentSymbol> Symbols { get; init; }
}

/// <summary>One open position.</summary>
public sealed record AgentPosition
{
    /// <summary>The terminal's ticket.</summary>
    public required string Ticket { get; init; }

    /// <summary>The terminal's symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>Long is <see cref="Side.Buy"/>.</summary>
    public required Side Side { get; init; }

    /// <summary>Lots.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Entry price.</summary>
    public required decimal OpenPrice { get; init; }

    /// <summary>When it was opened (UTC), where the agent's time could be read.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>The price that would close it now.</summary>
    public decimal? CurrentPrice { get; init; }

    /// <summary>Stop loss; <c>null</c> for none.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>Take profit; <c>null</c> for none.</summary>
    public decimal? TakeProfit { get; init; }

    /// <summary>Open profit with swap and commission, in the account's currency.</summary>
    public decimal? Profit { get; init; }

    /// <summary>Magic number; 0 for a trade by hand.</summary>
    public long Magic { get; init; }

    /// <summary>Comment, which the broker may have clipped or replaced.</summary>
    public string Comment { get; init; } = "";
}

/// <summary>One working order.</summary>
public sealed record AgentOrder
{
    /// <summary>The terminal's ticket.</summary>
    public required string Ticket { get; init; }

    /// <summary>The terminal's symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>Buy or sell.</summary>
    public required Side Side { get; init; }

    /// <summary>Limit or stop.</summary>
    public required OrderType Type { get; init; }

    /// <summary>Lots.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Limit or trigger price.</summary>
    public required decimal Price { get; init; }

    /// <summary>Stop loss; <c>null</c> for none.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>Take profit; <c>null</c> for none.</summary>
    public decimal? TakeProfit { get; init; }

    /// <summary>Magic number; 0 for an order by hand.</summary>
    public long Magic { get; init; }

    /// <summary>Comment, which the broker may have clipped or replaced.</summary>
    public string Comment { get; init; } = "";
}

/// <summary>One symbol of the terminal with its rules and its price.</summary>
public sealed record AgentSymbol
{
    /// <summary>The terminal's symbol, suffix and all.</summary>
    public required string Symbol { get; init; }

    /// <summary>Smallest price step.</summary>
    public required decimal TickSize { get; init; }

    /// <summary>Value of one tick of one lot in the account's currency; <c>null</c> when not told.</summary>
    public decimal? TickValue { get; init; }

    /// <summary>Units in one lot.</summary>
    public required decimal ContractSize { get; init; }

    /// <summary>Smallest quantity in lots.</summary>
    public required decimal MinQuantity { get; init; }

    /// <summary>Largest quantity in lots; <c>null</c> when not told.</summary>
    public decimal? MaxQuantity { get; init; }

    /// <summary>Step of the quantity in lots.</summary>
    public required decimal QuantityStep { get; init; }

    /// <summary>Nearest allowed distance of a stop from the price, in points; 0 for none.</summary>
    public int StopsLevel { get; init; }

    /// <summary>Best price to sell at; <c>null</c> while there is none.</summary>
    public decimal? Bid { get; init; }

    /// <summary>Best price to buy at; <c>null</c> while there is none.</summary>
    public decimal? Ask { get; init; }

    /// <summary>When it was last reported (UTC): an agent may report some of its symbols at a time.</summary>
    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>The part of a manifest that an agent's set-up page is drawn from.</summary>
public sealed record AgentSetup
{
    /// <summary>Files of the plugin's folder that the user puts into the terminal.</summary>
    public required IReadOnlyList<AgentDownload> Downloads { get; init; }

    /// <summary>What the user does, in order. <c>{url}</c> stands for the platform's address, <c>{key}</c> for the account's key.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Something to know before beginning; <c>null</c> for nothing.</summary>
    public string? Notice { get; init; }
}

/// <summary>One file to download.</summary>
public sealed record AgentDownload
{
    /// <summary>Path in the plugin's folder, with <c>/</c>.</summary>
    public required string File { get; init; }

    /// <summary>Name for people.</summary>
    public required string Label { get; init; }
}
