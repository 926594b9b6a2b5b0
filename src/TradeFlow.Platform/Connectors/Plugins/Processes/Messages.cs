using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>What a process is to load: the copy that it may see, and the hash of its files as they were judged.</summary>
internal sealed record LoadRequest(string Folder, string Sha256);

/// <summary>A log-in to make. The secrets are those of one account, which its plugin needs.</summary>
internal sealed record ConnectCall(
    string Mode, Dictionary<string, Uri> Endpoints, string? BrokerAccountId, Dictionary<string, string> Answers, SessionGrant Grant);

/// <summary>What a session may touch besides asking the Worker.</summary>
internal sealed record SessionGrant(Dictionary<string, string> Credentials, bool HasAgent, LogLevel LogsFrom);

internal sealed record OptionsCall(OptionsRequest Request, LogLevel LogsFrom);

internal sealed record UpgradeCall(int FromVersion, Dictionary<string, string> Stored);

/// <summary>One of the outcomes of a log-in; a session stays in the process.</summary>
internal sealed record ConnectReply
{
    public IReadOnlyList<BrokerAccount>? Accounts { get; init; }
    public bool HasSession { get; init; }
    public bool CanModify { get; init; }
    public IReadOnlyList<FormField>? Fields { get; init; }
    public string? Notice { get; init; }
    public IReadOnlyList<FieldProblem>? Problems { get; init; }

    public static ConnectReply? Of(ConnectOutcome? outcome) => outcome switch
    {
        null => null,
        ConnectOutcome.Connected connected => new ConnectReply
        {
            Accounts = connected.Accounts, HasSession = connected.Session is not null, CanModify = connected.Session is IModifyOrders,
        },
        ConnectOutcome.NeedsStep step => new ConnectReply { Fields = step.Fields, Notice = step.Notice },
        ConnectOutcome.Failed failed => new ConnectReply { Problems = failed.Problems },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <returns>Null when it is none of the outcomes.</returns>
    public ConnectOutcome? ToOutcome(IBrokerConnector? session) =>
        Accounts is not null ? new ConnectOutcome.Connected(Accounts, session)
        : Fields is not null ? new ConnectOutcome.NeedsStep(Fields) { Notice = Notice }
        : Problems is not null ? new ConnectOutcome.Failed(Problems)
        : null;
}

/// <summary>One of the outcomes of an order command.</summary>
internal sealed record OutcomeReply
{
    public OrderOutcome.Accepted? Accepted { get; init; }
    public OrderOutcome.Rejected? Rejected { get; init; }
    public OrderOutcome.NotSent? NotSent { get; init; }
    public OrderOutcome.Unknown? Unknown { get; init; }

    public static OutcomeReply Of(OrderOutcome? outcome) => new()
    {
        Accepted = outcome as OrderOutcome.Accepted, Rejected = outcome as OrderOutcome.Rejected,
        NotSent = outcome as OrderOutcome.NotSent, Unknown = outcome as OrderOutcome.Unknown,
    };

    /// <returns>Null when it is none of them or more than one: then nobody knows.</returns>
    public OrderOutcome? ToOutcome()
    {
        OrderOutcome?[] all = [Accepted, Rejected, NotSent, Unknown];
        return all.Count(one => one is not null) == 1 ? all.First(one => one is not null) : null;
    }
}

internal sealed record LookupReply
{
    public OrderLookup.Found? Found { get; init; }
    public OrderLookup.Absent? Absent { get; init; }

    public static LookupReply Of(OrderLookup? lookup) =>
        new() { Found = lookup as OrderLookup.Found, Absent = lookup as OrderLookup.Absent };

    public OrderLookup? ToLookup() => Found is null ? Absent : Absent is null ? Found : null;
}

/// <summary>The next update of a stream; none at its end.</summary>
internal sealed record UpdateReply
{
    public bool IsEnd { get; init; }
    public AccountUpdate.Snapshot? Snapshot { get; init; }
    public AccountUpdate.Order? Order { get; init; }
    public AccountUpdate.Fill? Fill { get; init; }
    public AccountUpdate.Position? Position { get; init; }
    public AccountUpdate.Balance? Balance { get; init; }
    public AccountUpdate.Heartbeat? Heartbeat { get; init; }
    public AccountUpdate.Gap? Gap { get; init; }

    public static UpdateReply Of(AccountUpdate? update) => new()
    {
        Snapshot = update as AccountUpdate.Snapshot, Order = update as AccountUpdate.Order, Fill = update as AccountUpdate.Fill,
        Position = update as AccountUpdate.Position, Balance = update as AccountUpdate.Balance,
        Heartbeat = update as AccountUpdate.Heartbeat, Gap = update as AccountUpdate.Gap,
    };

    public AccountUpdate? ToUpdate() =>
        (AccountUpdate?)Snapshot ?? Order ?? (AccountUpdate?)Fill ?? Position ?? (AccountUpdate?)Balance
        ?? (AccountUpdate?)Heartbeat ?? Gap;
}

/// <summary>A request for the Worker to send; its body is the tail.</summary>
internal sealed record HttpCall(string Method, Uri? Address, RequestClass Class, Dictionary<string, string[]> Headers,
    Dictionary<string, string[]>? ContentHeaders);

/// <summary>What the broker has answered; its body is the tail.</summary>
internal sealed record HttpReply(int Status, string? Reason, Dictionary<string, string[]> Headers,
    Dictionary<string, string[]> ContentHeaders);

internal sealed record LimitCall(string Bucket, int Permits, TimeSpan Per);

/// <summary>A push feed of a session, by the number that the Worker gave it.</summary>
internal sealed record SocketOpened(long Socket, string? Subprotocol);

internal sealed record SocketMessage(long Socket, WebSocketMessageType Type, bool IsLast);

internal sealed record SocketRead(long Socket, int Most);

/// <summary>What came; its bytes are the tail.</summary>
internal sealed record SocketReceived(WebSocketMessageType Type, bool IsLast, WebSocketCloseStatus? Status, string? Words);

/// <param name="Socket">Its number.</param>
/// <param name="Status">Why.</param>
/// <param name="Words">Why, in words.</param>
/// <param name="Waits">Until the broker has closed it too.</param>
internal sealed record SocketClosing(long Socket, WebSocketCloseStatus Status, string? Words, bool Waits);

internal sealed record StateCall(string Key, string? Value);

internal sealed record AgentReply
{
    public AgentAnswer.Answered? Answered { get; init; }
    public AgentAnswer.NotDelivered? NotDelivered { get; init; }
    public AgentAnswer.Silent? Silent { get; init; }

    public static AgentReply Of(AgentAnswer answer) => new()
    {
        Answered = answer as AgentAnswer.Answered, NotDelivered = answer as AgentAnswer.NotDelivered, Silent = answer as AgentAnswer.Silent,
    };

    public AgentAnswer ToAnswer() =>
        (AgentAnswer?)Answered ?? (AgentAnswer?)NotDelivered ?? Silent ?? new AgentAnswer.Silent("The host's answer could not be read.");
}

internal sealed record LogLine(LogLevel Level, string Text);
