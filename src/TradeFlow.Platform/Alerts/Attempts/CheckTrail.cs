using System.Buffers;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Alerts.Attempts;

/// <summary>The verdict of each check that a signal came to, in their order.</summary>
internal sealed class CheckTrail
{
    public const string Key = "key";
    public const string Rate = "rate";
    public const string Signature = "signature";
    public const string Sender = "sender";
    public const string Body = "body";
    public const string Age = "age";
    public const string Symbol = "symbol";
    public const string Broker = "broker";
    public const string Duplicate = "duplicate";

    private readonly List<Check> checks = new(6);

    /// <param name="Code">Which check.</param>
    /// <param name="Message">What it found, where that is worth a sentence.</param>
    internal sealed record Check(string Code, bool Passed, string? Message = null, decimal? Limit = null, decimal? Value = null);

    public IReadOnlyList<Check> All => checks;

    public void Pass(string code, string? message = null) => checks.Add(new Check(code, true, message));

    public void Fail(string code, string? message) => checks.Add(new Check(code, false, message));

    public void Add(IEnumerable<EntryCheckResult> results) =>
        checks.AddRange(results.Select(result => new Check(result.Code, result.Passed, result.Message, result.Limit, result.Value)));

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteString("code", check.Code);
                json.WriteBoolean("passed", check.Passed);
                if (check.Message is not null) json.WriteString("message", check.Message);
                if (check.Limit is { } limit) json.WriteNumber("limit", limit);
                if (check.Value is { } value) json.WriteNumber("value", value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
