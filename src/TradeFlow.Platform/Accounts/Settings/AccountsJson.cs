using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>Details for the audit log.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountEndpoints.Patch))]
internal sealed partial class AccountsJson : JsonSerializerContext
{
    public static string Of(AccountEndpoints.Patch patch) => JsonSerializer.Serialize(patch, Default.Patch);
}
