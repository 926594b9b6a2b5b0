using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel.Forms;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>What a register body says, read by the broker's own form. Every fault is named by its field.</summary>
internal sealed record ConnectBody(IReadOnlyDictionary<string, string> Credentials, string Mode, string? BrokerAccount, string? Name)
{
    private const string ModeKey = "mode";
    private const string BrokerAccountKey = "broker_account";
    private const string NameKey = "name";
    private const string AnswersKey = "answers";

    public const string ContinuationKey = "continuation";

    /// <summary>The step that this body answers, as it was sent to the browser; <c>null</c> at the beginning of a log-in.</summary>
    public string? Continuation { get; private init; }

    private JsonElement? Answers { get; init; }

    /// <returns>The body, or the errors by field.</returns>
    public static (ConnectBody? Body, IReadOnlyDictionary<string, string[]> Errors) Read(
        JsonElement json, ConnectForm form, IReadOnlyList<ConnectorEnvironment> modes)
    {
        // An agent reports by itself: there is no log-in that could have steps.
        var takesSteps = form.Flow == ConnectForm.FormFlow;
        var keys = form.Fields.Select(field => field.Key).Concat([ModeKey, BrokerAccountKey, NameKey])
            .Concat(takesSteps ? [ContinuationKey] : []).ToHashSet(StringComparer.Ordinal);
        var values = new FormValues();
        values.Read(json.EnumerateObject().Where(property => !takesSteps || property.Name != AnswersKey), keys.Contains);

        var mode = values[ModeKey] ?? (modes.Count == 1 ? modes[0].Mode : null);
        values.Check(form.Fields, mode);
        if (!values.IsFaulty(ModeKey) && !modes.Any(known => known.Mode == mode))
            values.Fault(ModeKey, $"Use one of: {string.Join(", ", modes.Select(known => known.Mode))}.");
        // A broker's form may have a name of its own.
        var name = form.Fields.Any(field => field.Key == NameKey) ? null : values[NameKey];
        if (name is { Length: > 100 }) values.Fault(NameKey, "Use at most 100 characters.");
        JsonElement? answers = takesSteps && json.TryGetProperty(AnswersKey, out var given) && given.ValueKind != JsonValueKind.Null
            ? given : null;
        if (answers is { ValueKind: not JsonValueKind.Object }) values.Fault(AnswersKey, "Give an object with the fields of the step.");
        else if (answers is not null && values[ContinuationKey] is null)
            values.Fault(ContinuationKey, "Send the continuation that came with the step.");

        return values.Errors.Count > 0
            ? (null, values.Errors)
            // an unknown mode is an error above
            : (new ConnectBody(values.Of(form.Fields), mode!, values[BrokerAccountKey],
                name) { Continuation = values[ContinuationKey], Answers = answers }, values.Errors);
    }

    /// <summary>What was typed into the step, and the errors by field.</summary>
    public (IReadOnlyDictionary<string, string> Answers, IReadOnlyDictionary<string, string[]> Errors) AnswersTo(LogInStep step)
    {
        var fields = step.Fields ?? [];
        var values = new FormValues(AnswersKey + ".");
        if (Answers is { } json) values.Read(json.EnumerateObject(), key => fields.Any(field => field.Key == key));
        values.Check(fields, Mode);
        return (values.Of(fields), values.Errors);
    }

    /// <summary>Where the error of a step's field stands.</summary>
    public static string AnswerKey(string? field) => field is null ? AnswersKey : $"{AnswersKey}.{field}";

    public static bool IsAnswerKey(string key) => key == AnswersKey || key.StartsWith(AnswersKey + ".", StringComparison.Ordinal);
}
