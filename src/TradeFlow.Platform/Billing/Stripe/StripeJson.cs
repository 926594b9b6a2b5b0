using System.Text.Json;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>Reads Stripe's objects: only what is needed, whatever else is in them, and nothing is there for certain.</summary>
internal static class StripeJson
{
    private const int LongestId = 255;

    extension(JsonElement json)
    {
        public JsonElement? Member(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        public string? Text(string name) => json.Member(name) is { ValueKind: JsonValueKind.String } value ? value.Words : null;

        // Half a surrogate pair is valid JSON, and no text.
        private string? Words
        {
            get
            {
                try
                {
                    return json.GetString();
                }
                catch (InvalidOperationException)
                {
                    return null;
                }
            }
        }

        public bool? Flag(string name) => json.Member(name)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

        public DateTimeOffset? Instant(string name) =>
            json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

        /// <summary>An id, or that of the object which stands in its place when it was expanded.</summary>
        public string? Id(string name) => json.Member(name) switch
        {
            { ValueKind: JsonValueKind.String } text when text.Words is { Length: > 0 and <= LongestId } id => id,
            { ValueKind: JsonValueKind.Object } expanded => expanded.Id("id"),
            _ => null,
        };

        public Guid? Tenant(string name) => Guid.TryParse(json.Text(name), out var tenant) ? tenant : null;
    }
}
