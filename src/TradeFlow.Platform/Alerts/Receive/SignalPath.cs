using Microsoft.Extensions.Options;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Contracts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// The way of a signal whose account is known: body, symbol, then one transaction that finds repeats, decides and records, then the wait
/// for the outcome. Size, prices and the broker's own word come from the Worker.
/// </summary>
internal sealed class SignalPath(
    SignalWriter writer, Confirmed confirmed, SymbolCheck symbols, OrderAnswers orders, FirstAnswers first, RiskGate risk,
    PluginCatalogue plugins, LaneCalls lanes, IOptions<IngestOptions> options)
{
    // With the question whether a record is there after all it stays below the 3 s after which TradingView gives up.
    private const double RecordWithinMs = 2300;
    private const double LeastForRecordMs = 300;
    private const int MostReloads = 3;
    public static readonly TimeSpan IdLives = TimeSpan.FromHours(24);
    private static readonly TimeSpan ReplayLives = TimeSpan.FromSeconds(20);

    // TradingView sends 5 s after each 5xx, three times: what took 2 s to fail comes for the fourth time after 21 s. A person who is told
    // to send again takes longer.
    public static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(60);

    // Of a signal that another replica may be answering at this moment.
    private static readonly TimeSpan AnswerMayCome = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private const double WaitForAnswerMs = 1000;

    public async Task<Answer> RunAsync(Attempt attempt, CancellationToken ct)
    {
        var (prepared, faulty) = await PrepareAsync(attempt, SymbolCheck.OfASender, ct);
        if (prepared is not { } signal) return faulty!; // one of the two is always there
        for (var reloads = 0; ; )
        {
            Recorded recorded;
            using (Traces.Step("signal.record")) recorded = await writer.RecordAsync(signal, LeftToRecord(attempt), ct);
            attempt.RecordedMs = attempt.Elapsed;
            switch (recorded)
            {
                case Recorded.New taken:
                    Take(attempt, taken);
                    return await AwaitOutcomeAsync(attempt);
                case Recorded.Unanswered other when confirmed.Has(other.Webhook):
                    signal = signal with { After = other.Webhook };
                    break;
                case Recorded.Unanswered other when attempt.ReceivedAt - other.ReceivedAt < AnswerMayCome
                    && attempt.Elapsed < WaitForAnswerMs:
                    await Task.Delay(BetweenLooks, ct);
                    break;
                case Recorded.Unanswered lost:
                    attempt.Checks.Pass(CheckTrail.Duplicate, "A repeat of a signal that was not answered: nothing was executed.");
                    return await AnswerRepeatAsync(attempt, new Recorded.Duplicate(lost.Webhook, lost.Order, lost.ReceivedAt), ct);
                case Recorded.Duplicate repeat:
                    attempt.Checks.Pass(CheckTrail.Duplicate, "A repeat: nothing was executed.");
                    return await AnswerRepeatAsync(attempt, repeat, ct);
                case Recorded.Reused reused:
                    attempt.Checks.Fail(CheckTrail.Duplicate, "The id belongs to another message.");
                    return Answer.IdReused(reused.Webhook, attempt.Webhook);
                case Recorded.Refused refusal:
                    return Refuse(attempt, refusal);
                case Recorded.Stale when reloads++ < MostReloads:
                    (var anew, faulty) = await ReloadAsync(attempt, ct);
                    if (anew is null) return faulty!; // one of the two is always there
                    signal = anew;
                    break;
                case Recorded.Unknown:
                    // In case that it is there after all: its lane looks now, and not when it looks by itself.
                    lanes.Ring(attempt.Account.AccountId);
                    return Answer.Unavailable(isProven: false);
                default:
                    return Answer.Unavailable();
            }
        }
    }

    /// <summary>All that comes before the record: what goes into it, or why nothing does.</summary>
    /// <param name="patience">How long the broker may take to be asked for the symbol.</param>
    public async ValueTask<(Signal? Signal, Answer? Refused)> PrepareAsync(Attempt attempt, TimeSpan patience, CancellationToken ct)
    {
        if (await CheckAsync(attempt, patience, ct) is { } refused) return (null, refused);
        if (Offline(attempt) is { } silent) return (null, silent);
        var signal = await DecideAsync(attempt, ct);
        attempt.DecidedMs = attempt.Elapsed;
        return (signal, null);
    }

    /// <summary>The same with the account as it is now, where the record has found it changed.</summary>
    public async ValueTask<(Signal? Signal, Answer? Refused)> ReloadAsync(Attempt attempt, CancellationToken ct)
    {
        if (await attempt.ReloadAsync(ct) is not { } account) return (null, Answer.InvalidKey());
        attempt.Account = account;
        // What an account still holds of a strategy gets its exits, switched off or not; entries are looked at when they are sent.
        if (!account.Enabled && attempt is not { Strategy: not null, Alert.Intent.MayGetOut: true })
            return (null, Answer.Disabled(account.DisabledReason, attempt.Webhook));
        if (Offline(attempt) is { } gone) return (null, gone);
        AccountDefaults.Apply(attempt.Alert, account);
        return attempt.Alert.Errors is { } faults
            ? (null, Answer.Invalid(faults, attempt.Webhook)) : (await DecideAsync(attempt, ct), null);
    }

    /// <summary>It is recorded, and its lane is told.</summary>
    public void Take(Attempt attempt, Recorded.New taken)
    {
        attempt.Checks.Pass(CheckTrail.Duplicate);
        if (attempt.Gate is { } gate) attempt.Checks.Add(gate.Results(taken.Measured));
        attempt.IsRecorded = true;
        attempt.AnsweredOrder = attempt.Order;
        // Who sent it for a strategy has been answered before its outcome is known: that is waited for from now on.
        attempt.Submission = orders.Submit(attempt.Account.AccountId, attempt.Order,
            attempt.Strategy is null ? LeftToAnswer(attempt) : Patience);
    }

    /// <summary>A check of entries has refused it in the record.</summary>
    public static Answer Refuse(Attempt attempt, Recorded.Refused refusal)
    {
        attempt.Checks.Pass(CheckTrail.Duplicate);
        var answer = Answer.Refused(refusal.Json, attempt.Webhook);
        // Beyond the plan is said before anything is counted.
        if (answer.Code == BillingProblems.PlanLimitReached && refusal.Measured.Count == 0) attempt.Checks.Fail(answer.Code, answer.Error);
        else if (attempt.Gate is { } refusing) attempt.Checks.Add(refusing.Results(refusal.Measured));
        return answer;
    }

    private async ValueTask<Answer?> CheckAsync(Attempt attempt, TimeSpan patience, CancellationToken ct)
    {
        var alert = attempt.Alert;
        if (attempt.IsTooLarge) return Failed(CheckTrail.Body, Answer.TooLarge(attempt.Webhook));
        if (attempt.Strategy is null && alert.Broker is { } named && SlugOf(named) != attempt.Account.Broker)
            alert.Fault("intent.broker", $"The key belongs to an account of {attempt.Account.Broker}.");
        AccountDefaults.Apply(alert, attempt.Account);
        if (alert.Errors is { } errors) return Failed(CheckTrail.Body, Answer.Invalid(errors, attempt.Webhook));
        attempt.Checks.Pass(CheckTrail.Body);
        var intent = alert.Intent!; // sound: it has no errors
        if (attempt.Age is { } age && age.IsOver(attempt.Account.MaxAgeSeconds))
        {
            if (!intent.MayGetOut) return Failed(CheckTrail.Age, Answer.Stale(age, attempt.Webhook));
            if (!intent.IsExit) attempt.Checks.Fail(CheckTrail.Age, age.Refusal);
            else attempt.Checks.Pass(CheckTrail.Age, age.Mark);
        }
        switch (await symbols.RunAsync(attempt.Account, intent, patience, ct))
        {
            case SymbolCheck.Verdict.NotOne not:
                return Failed(CheckTrail.Symbol, Answer.NoSymbol(not.Problem, alert.AsSent("intent.symbol"), attempt.Webhook));
            case SymbolCheck.Verdict.Misfit misfit:
                return Failed(CheckTrail.Symbol, Answer.Invalid(alert.AsSent(misfit.Errors), attempt.Webhook));
            case SymbolCheck.Verdict.Fits { Instrument: { } instrument }:
                attempt.Instrument = instrument;
                break;
        }
        attempt.Checks.Pass(CheckTrail.Symbol);
        return null;

        Answer Failed(string check, Answer answer)
        {
            attempt.Checks.Fail(check, answer.Error);
            return answer;
        }
    }

    // Exits pass: they wait for the terminal as long as they are valid. Before it has ever reported there is nothing that could be closed.
    private static Answer? Offline(Attempt attempt)
    {
        var answer = attempt.Account.Status switch
        {
            AccountStatuses.Pending => Answer.Offline("The account's terminal has not reported yet: finish its set-up.", attempt.Webhook),
            AccountStatuses.Offline when attempt.Alert.Intent is { IsExit: false, Target: null } =>
                Answer.Offline(attempt.Account.StatusReason ?? "The account's terminal does not report.", attempt.Webhook),
            _ => null,
        };
        if (answer is not null) attempt.Checks.Fail(CheckTrail.Broker, answer.Error);
        return answer;
    }

    private string SlugOf(string broker) => plugins.Find(broker)?.Slug ?? broker;

    // Exits are decided by nobody: a trader can always get out.
    private async ValueTask<Signal> DecideAsync(Attempt attempt, CancellationToken ct)
    {
        var intent = attempt.Alert.Intent!; // checked before
        attempt.Gate = intent.IsExit
            ? null
            : await risk.DecideAsync(attempt.Account, AimOf(attempt.Account, intent, attempt.Instrument), attempt.ReceivedAt,
                ct, attempt.Use);
        return SignalOf(attempt);
    }

    /// <summary>What an entry is in, and what it closes first.</summary>
    internal static EntryAim AimOf(AccountContext account, TradeIntent intent, Instrument? instrument) => new(
        NamesOf(account, intent, instrument))
    {
        ClosesFirst = intent is { MayGetOut: true, Side: { } side } ? OtherSide.Word(OtherSide.Of(side)) : null,
    };

    /// <summary>The symbol as the sender wrote it, as the account means it, and as the broker has it: one canonical name each.</summary>
    internal static IReadOnlyList<string> NamesOf(AccountContext account, TradeIntent intent, Instrument? instrument) =>
        [.. new[] { intent.Symbol, account.Symbols.Map(intent.Symbol).Symbol, instrument?.Symbol, instrument?.BrokerSymbol }
            .OfType<string>().Select(Symbols.Canonical).Distinct(StringComparer.Ordinal)];

    private Signal SignalOf(Attempt attempt)
    {
        var (intent, account) = (attempt.Alert.Intent!, attempt.Account); // checked before
        var (key, lives) = attempt switch
        {
            // Sent again on purpose; a second press of the button is not on purpose.
            { ReplayOf: { } old } => ($"replay:{old}", ReplayLives),
            // Its repeats are found for all its accounts at once.
            { Strategy: { } strategy } => ($"strategy:{strategy.Signal}", HeldFor),
            { Alert.Id: { } id } => ("id:" + id, IdLives),
            _ => ("body:" + Convert.ToHexStringLower(attempt.BodyHash), TimeSpan.FromSeconds(account.DedupeSeconds)),
        };
        return new Signal
        {
            Webhook = attempt.Webhook,
            Order = attempt.Order,
            Account = account,
            ReceivedAt = attempt.ReceivedAt,
            Method = attempt.Method,
            Path = attempt.Path,
            Payload = attempt.Payload,
            DedupeKey = key,
            DedupeFor = lives,
            HoldFor = HeldFor,
            BodyHash = attempt.BodyHash,
            ReplayOf = attempt.ReplayOf,
            Intent = intent,
            IntentJson = intent.ToJson(),
            Symbol = intent.Symbol.Length == 0 ? "" : Symbols.Canonical(intent.Symbol),
            ValidUntil = attempt.ReceivedAt.AddSeconds(options.Value.ValidForSeconds),
            GateJson = RefusedByAge(attempt) ?? attempt.Gate?.Json,
        };
    }

    // An old target or reverse enters nothing, and still gets out of what it must.
    private static string? RefusedByAge(Attempt attempt)
    {
        if (attempt.Alert.Intent is not { MayGetOut: true, IsExit: false }
            || attempt.Age is not { } age || !age.IsOver(attempt.Account.MaxAgeSeconds)) return null;
        var words = System.Text.Json.JsonEncodedText.Encode(age.Refusal);
        return $$"""{"checks":[],"refusal":{"status":422,"code":"{{AlertCodes.SignalStale}}","error":"{{words}}"} }""";
    }

    /// <summary>What became of a recorded signal that nobody waits for, for its row in the log.</summary>
    public async Task<Answer> WatchAsync(Attempt attempt, CancellationToken ct)
    {
        attempt.Outcome = AsSent(attempt, await orders.WatchAsync(attempt.Submission!, ct)); // recorded: its lane was called
        return Answer.Of(attempt.Outcome, attempt.Order, attempt.Webhook, attempt.Elapsed);
    }

    private async Task<Answer> AwaitOutcomeAsync(Attempt attempt)
    {
        attempt.Outcome = AsSent(attempt, await WaitAsync(attempt, attempt.Submission!)); // recorded: its lane was called
        return Answer.Of(attempt.Outcome, attempt.Order, attempt.Webhook, attempt.Elapsed);
    }

    private async Task<Answer> AnswerRepeatAsync(Attempt attempt, Recorded.Duplicate repeat, CancellationToken ct)
    {
        attempt.DuplicateOf = repeat.Webhook;
        attempt.AnsweredOrder = repeat.Order;
        if (await first.FindAsync(repeat.Webhook, repeat.ReceivedAt, ct) is { } told) return told.AsRepeatOf(repeat.Webhook);
        // The first is still waiting itself, or was told that it is pending: the repeat learns what there is to know now. Where nobody knew
        // that it was recorded the lane may sleep.
        var order =
            AsSent(attempt, await WaitAsync(attempt, orders.Submit(attempt.Account.AccountId, repeat.Order, LeftToAnswer(attempt))));
        return Answer.Of(order, repeat.Order, repeat.Webhook, attempt.Elapsed).AsRepeatOf(repeat.Webhook);
    }

    // What the Worker found is told by the fields of the message.
    private static OrderView? AsSent(Attempt attempt, OrderView? order) =>
        order?.Errors is { } errors ? order with { Errors = attempt.Alert.AsSent(errors) } : order;

    private static TimeSpan LeftToRecord(Attempt attempt) =>
        TimeSpan.FromMilliseconds(Math.Max(LeastForRecordMs, RecordWithinMs - attempt.Elapsed));

    private TimeSpan Patience => TimeSpan.FromSeconds(options.Value.AnswerSeconds);

    private TimeSpan LeftToAnswer(Attempt attempt) => TimeSpan.FromMilliseconds(Math.Max(0, Patience.TotalMilliseconds - attempt.Elapsed));

    // The one thing that ends with the request: nobody is there to be told.
    private async Task<OrderView?> WaitAsync(Attempt attempt, OrderAnswers.Submission submission)
    {
        try
        {
            return await orders.WaitAsync(submission, attempt.Gone);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
