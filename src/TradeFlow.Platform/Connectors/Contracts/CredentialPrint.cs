using System.Security.Cryptography;
using System.Text.Json;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Tells credentials apart without keeping them.</summary>
internal static class CredentialPrint
{
    public static string Of(IReadOnlyDictionary<string, string> credentials)
    {
        // As JSON, in which no value can be mistaken for the end of another.
        string[] parts = [.. credentials.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => new[] { entry.Key, entry.Value })];
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, ConnectorsJson.Default.StringArray)));
    }
}
