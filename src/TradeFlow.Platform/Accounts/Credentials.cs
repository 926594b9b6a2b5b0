using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>What the user typed into the Connect form, at rest: one sealed JSON object, bound to tenant and account.</summary>
internal static class Credentials
{
    public static byte[] Seal(SecretBox box, IReadOnlyDictionary<string, string> fields, TenantId tenant, AccountId account) =>
        box.Seal(tenant, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(fields, StringComparer.Ordinal),
            CredentialsJson.Default.DictionaryStringString), OwnerOf(tenant, account));

    public static IReadOnlyDictionary<string, string> Open(SecretBox box, byte[] sealedFields, TenantId tenant, AccountId account) =>
        JsonSerializer.Deserialize(box.Open(tenant, sealedFields, OwnerOf(tenant, account)), CredentialsJson.Default.DictionaryStringString)
        ?? throw new JsonException("Stored credentials are null.");

    private static string OwnerOf(TenantId tenant, AccountId account) => $"account:{tenant}:{account}:credentials";
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
