using System.Buffers;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>One check of an entry, in its place: 402 is the plan, 403 a risk rule.</summary>
internal sealed record EntryCheck(string Code, int Status, RuleVerdict Verdict);

/// <summary>A check as the log and the screens show it.</summary>
internal sealed record EntryCheckResult(string Code, bool Passed, string? Message, decimal? Limit, decimal? Value);

/// <summary>
/// The checks of one entry in the order in which the first refusal counts. What needs no count is decided here; the rest goes with the
/// signal into the transaction that records it (<see cref="Json"/>), and its numbers come back from there (<see cref="Results"/>).
/// </summary>
internal sealed class EntryGate
{
    // By measure: each entry asks for the same few.
    private static readonly JsonEncodedText[] Names =
        [.. Enum.GetValues<Measure>()
            .Select(measure => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(measure.ToString())))];

    // What an entry's checks are written in, again and again: nobody keeps it.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? written;

    private readonly IReadOnlyList<EntryCheck> checks;

    /// <param name="checks">All that apply. Those behind a refusal that is certain are not looked at any more.</param>
    /// <param name="currency">Of the account: what it loses is counted in it.</param>
    /// <param name="givenUp">What gives its place up to it.</param>
    public EntryGate(IReadOnlyList<EntryCheck> checks, string currency, GivenUp? givenUp)
    {
        var refused = checks.Index().FirstOrDefault(check => check.Item.Verdict is RuleVerdict.Denied, (-1, null!)).Index;
        this.checks = refused < 0 ? checks : [.. checks.Take(refused + 1)];
        Json = Write(currency, givenUp);
    }

    /// <summary>What the record has to count and to refuse; <c>null</c> when nothing.</summary>
    public string? Json { get; }

    /// <param name="measured">What was counted, in the order of the checks, up to the one that refused.</param>
    public IEnumerable<EntryCheckResult> Results(IReadOnlyList<decimal> measured)
    {
        var counted = 0;
        foreach (var check in checks)
        {
            var verdict = check.Verdict;
            if (verdict is RuleVerdict.Counted count)
            {
                if (counted == measured.Count) yield break;
                verdict = count.With(measured[counted++]);
            }
            switch (verdict)
            {
                case RuleVerdict.Denied denied:
                    yield return new EntryCheckResult(check.Code, false, denied.Text, denied.Limit, denied.Value);
                    yield break;
                case RuleVerdict.Passed passed:
                    yield return new EntryCheckResult(check.Code, true, null, passed.Limit, passed.Value);
                    break;
            }
        }
    }

    private string? Write(string currency, GivenUp? givenUp)
    {
        if (checks.All(check => check.Verdict is RuleVerdict.Passed)) return null;
        var buffer = written ??= new ArrayBufferWriter<byte>(2048);
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                if (check.Verdict is not RuleVerdict.Counted counted) continue;
                json.WriteStartObject();
                json.WriteString("measure", Names[(int)counted.Measure]);
                json.WriteNumber("limit", counted.Limit);
                if (counted.Since is { } since) json.WriteString("since", since.UtcDateTime);
                json.WriteString("currency", currency);
                if (counted.Measure == Measure.OpenPositions && givenUp is not null) WriteGivenUp(json, givenUp);
                WriteRefusal(json, check, counted.Text, counted.Limit, null);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (checks[^1] is { Verdict: RuleVerdict.Denied denied } last)
                WriteRefusal(json, last, denied.Text, denied.Limit, denied.Value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteGivenUp(Utf8JsonWriter json, GivenUp givenUp)
    {
        json.WriteStartObject("given_up");
        json.WriteString("account", givenUp.Account.Value);
        json.WriteString("side", givenUp.Side);
        json.WriteStartArray("names");
        foreach (var name in givenUp.Names) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRefusal(Utf8JsonWriter json, EntryCheck check, string text, decimal? limit, decimal? value)
    {
        json.WriteStartObject("refusal");
        json.WriteNumber("status", check.Status);
        json.WriteString("code", check.Code);
        json.WriteString("error", text);
        WriteNumber(json, "limit", limit);
        WriteNumber(json, "value", value);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
