using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>A device that holds one passkey. What it signs can be made wrong in one place at a time.</summary>
internal sealed class SoftPasskey : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private string userHandle = "";
    private uint signatures;

    public string Origin { get; set; } = "http://localhost";

    /// <summary>Whether it has asked its holder for a finger, a face or a PIN.</summary>
    public bool IsVerified { get; set; } = true;

    public object Create(JsonElement options)
    {
        userHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var point = key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data =
            [.. Data(options.GetProperty("rp").GetProperty("id").GetString()!, 0x40), .. new byte[16], 0, (byte)id.Length, .. id, .. cose];
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58,
            (byte)data.Length, .. data];
        return Wrapped(new { clientDataJSON = Text(
            Client("webauthn.create", options)), attestationObject = Text(attestation), transports = new[] { "internal" } });
    }

    public object Sign(JsonElement options)
    {
        signatures++;
        var (data, client) = (Data(options.GetProperty("rpId").GetString()!, 0), Client("webauthn.get", options));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
        return Wrapped(new { clientDataJSON = Text(client), authenticatorData = Text(data), signature = Text(signature), userHandle });
    }

    public void Dispose() => key.Dispose();

    private object Wrapped(object response) =>
        new { id = Text(id), rawId = Text(id), type = "public-key", response, clientExtensionResults = new { } };

    private byte[] Data(string domain, byte more)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, signatures);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(0x01 | (IsVerified ? 0x04 : 0) | more), .. count];
    }

    private byte[] Client(string type, JsonElement options) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
