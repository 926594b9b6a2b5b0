using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>Details for the audit log.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountEndpoints.Patch))]
internal sealed partial class AccountsJson : JsonSerializerContext
{
    public static string Of(AccountEndpoints.Patch patch)
    {
        var json = JsonSerializer.SerializeToNode(patch, Default.Patch)!.AsObject(); // a record is an object
        // The audit log outlives the tenant: it has no words that a person chose.
        if (patch.Name is not null) json["name"] = true;
        // A setting that is taken away is a change as well.
        if (patch is { NamesMaxAge: true, MaxAgeSeconds: null }) json["max_age_seconds"] = null;
        if (patch is { NamesDefaultSize: true, DefaultSize: null }) json["default_size"] = null;
        if (patch is { NamesStopUnit: true, StopUnit: null }) json["stop_unit"] = null;
        return json.ToJsonString();
    }
}
