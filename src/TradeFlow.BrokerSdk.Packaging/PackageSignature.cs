using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>
/// The file <c>SIGNATURE</c> of a package: who says that the files listed in <c>SHA256SUMS</c> are theirs, and with which key. It holds no
/// key: whoever checks it has to know the publisher's.
/// </summary>
internal sealed record PackageSignature
{
    public const string FileName = "SIGNATURE";
    public const string EcdsaP256 = "ecdsa-p256-sha256";

    public required string Publisher { get; init; }

    /// <summary><see cref="PublisherKey.Id"/> of the key that signed.</summary>
    public required string KeyId { get; init; }
    public required string Algorithm { get; init; }

    /// <summary>r and s, 32 bytes each (IEEE P1363).</summary>
    public required byte[] Value { get; init; }

    /// <exception cref="FormatException">It is no such file.</exception>
    public static PackageSignature Parse(string text)
    {
        try
        {
            var signature = JsonSerializer.Deserialize(text, PackageSignatureJson.Default.PackageSignature)
                ?? throw new FormatException("it is empty");
            if (signature.Algorithm != EcdsaP256) throw new FormatException($"its algorithm is not {EcdsaP256}");
            return PublisherNames.IsOne(signature.Publisher) ? signature : throw new FormatException("its publisher is no name");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, PackageSignatureJson.Default.PackageSignature) + "\n";

    /// <summary>
    /// What is signed: the sums, after a line that says what this signature is for and one with the publisher's name. So it means nothing
    /// elsewhere, and nobody can pass it off as another publisher's.
    /// </summary>
    public static byte[] Message(string publisher, ReadOnlySpan<byte> sums) =>
        [.. Encoding.UTF8.GetBytes($"tradeflow-connector-v1\n{publisher}\n"), .. sums];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PackageSignature))]
internal sealed partial class PackageSignatureJson : JsonSerializerContext;
