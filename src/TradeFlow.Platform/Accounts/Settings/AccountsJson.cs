using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Accounts.Connecting;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>Details for the audit log.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountEndpoints.Patch))]
[JsonSerializable(typeof(LogInGuard.Refused))]
internal sealed partial class AccountsJson : JsonSerializerContext
{
    public static string Of(AccountEndpoints.Patch patch) => JsonSerializer.Serialize(patch, Default.Patch);

    public static string Of(LogInGuard.Refused refused) => JsonSerializer.Serialize(refused, Default.Refused);
}
