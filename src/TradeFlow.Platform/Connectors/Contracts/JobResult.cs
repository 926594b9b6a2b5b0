namespace TradeFlow.Platform.Connectors.Contracts;

public enum JobStatus
{
    /// <summary>The Worker has answered.</summary>
    Done,

    /// <summary>The Worker has answered that it could not: <see cref="JobResult.Json"/> is a <see cref="JobFailure"/>.</summary>
    Failed,

    /// <summary>No Worker has answered in time.</summary>
    TimedOut,
}

/// <summary>How a job ended. The JSON holds no secret.</summary>
public readonly record struct JobResult(JobStatus Status, string? Json);

/// <summary>Why a job failed.</summary>
/// <param name="Kind">Name of the <c>ConnectorErrorKind</c>: <c>Unreachable</c>, <c>Authentication</c>, …</param>
/// <param name="Message">A sentence for people, without secrets.</param>
public sealed record JobFailure(string Kind, string Message);

public static class JobKinds
{
    /// <summary><see cref="ConnectRequestBody"/> → <see cref="ConnectAnswer"/>.</summary>
    public const string Connect = "connect";

    /// <summary><see cref="OptionsRequestBody"/> → <see cref="OptionsFound"/>.</summary>
    public const string Options = "options";

    /// <summary><see cref="SymbolRequest"/> → <see cref="InstrumentFound"/>.</summary>
    public const string Instrument = "instrument";

    /// <summary><see cref="SymbolRequest"/> → <see cref="BrokerSdk.Quote"/>.</summary>
    public const string Quote = "quote";

    /// <summary>No body → <see cref="BrokerSdk.AccountSnapshot"/>.</summary>
    public const string Account = "account";
}

/// <summary>A log-in to try, before there is an account.</summary>
public sealed record ConnectRequestBody
{
    public required string Broker { get; init; }
    public required string Mode { get; init; }
    public required IReadOnlyDictionary<string, string> Credentials { get; init; }

    /// <summary>The broker's id of the account to take; <c>null</c> when the user has not chosen.</summary>
    public string? BrokerAccountId { get; init; }

    /// <summary>The step that is answered; <c>null</c> at the beginning of a log-in.</summary>
    public LogInStep? Step { get; init; }

    /// <summary>What the user typed into <see cref="Step"/>.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; set; } = new Dictionary<string, string>();
}

/// <summary>How a log-in ended. <see cref="Outcome"/> is one of the constants.</summary>
public sealed record ConnectAnswer
{
    public const string Connected = "connected";
    public const string ChooseAccount = "choose_account";
    public const string CredentialsRejected = "credentials_rejected";
    public const string NeedsStep = "needs_step";
    public const string Unreachable = "unreachable";

    public required string Outcome { get; init; }

    /// <summary>Every account behind the log-in, for <see cref="Connected"/> and <see cref="ChooseAccount"/>.</summary>
    public IReadOnlyList<BrokerSdk.BrokerAccount> Accounts { get; init; } = [];

    /// <summary>The account that was opened, for <see cref="Connected"/>.</summary>
    public BrokerSdk.BrokerAccount? Account { get; init; }

    /// <summary>Its money, when it could be read at once.</summary>
    public BrokerSdk.AccountSnapshot? Snapshot { get; init; }

    /// <summary>
    /// What is wrong with which field, for <see cref="CredentialsRejected"/>; an empty field name means the log-in as a whole.
    /// </summary>
    public IReadOnlyList<BrokerSdk.FieldProblem> Problems { get; init; } = [];

    /// <summary>
    /// The <see cref="LogInStep"/> that goes on from here, sealed: an answer is not sealed. For <see cref="Connected"/> it holds the state
    /// that is the account's from now on. <c>null</c> when there is nothing to go on with.
    /// </summary>
    public string? Continuation { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }
}

/// <summary>What a field of a Connect form may be chosen from.</summary>
/// <param name="Typed">What the user has chosen in other fields; no secret.</param>
public sealed record OptionsRequestBody(string Broker, string Mode, string Source, IReadOnlyDictionary<string, string> Typed);

public sealed record OptionsFound(IReadOnlyList<BrokerSdk.FieldOption> Options);

public sealed record SymbolRequest(string Symbol);

/// <summary>What the broker answered to a symbol.</summary>
/// <param name="Instrument">The instrument, or <c>null</c> when the broker has none of that name.</param>
/// <param name="Suggestions">Names that come near.</param>
/// <param name="Problem">Why there is no instrument.</param>
public sealed record InstrumentFound(BrokerSdk.Instrument? Instrument, IReadOnlyList<string> Suggestions, SymbolProblem? Problem = null);
