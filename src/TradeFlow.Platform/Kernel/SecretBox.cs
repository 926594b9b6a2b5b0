using System.Security.Cryptography;
using System.Text;
using TradeFlow.Platform.Kernel.Keys;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Seals small secrets with AES-256-GCM and the data key of a tenant, or of the platform for what belongs to none. The owner (tenant, row,
/// field) is bound in, so that a sealed value moved to another row does not open; the data key's id stands in front.
/// </summary>
public sealed class SecretBox
{
    /// <summary>Version, then the id of the data key.</summary>
    private const int Head = 1 + 16;
    private const byte Version = 2;

    /// <summary>From before there were data keys: one key for all.</summary>
    private const byte OldVersion = 1;
    private readonly DataKeys keys;

    internal SecretBox(DataKeys keys) => this.keys = keys;

    public byte[] Seal(TenantId? tenant, ReadOnlySpan<byte> plain, string owner)
    {
        var key = keys.Of(tenant);
        Span<byte> head = stackalloc byte[Head];
        head[0] = Version;
        key.Id.TryWriteBytes(head[1..], bigEndian: true, out _);
        return Gcm.Seal(key.Bytes, head, plain, owner);
    }

    public byte[] Seal(TenantId? tenant, string plain, string owner) => Seal(tenant, Encoding.UTF8.GetBytes(plain), owner);

    /// <exception cref="CryptographicException">Sealed for another tenant or owner, damaged, or its key is gone.</exception>
    public byte[] Open(TenantId? tenant, ReadOnlySpan<byte> box, string owner) => box switch
    {
        [Version, ..] when box.Length >= Head => Gcm.Open(keys.Find(tenant, new Guid(box[1..Head], bigEndian: true)), Head, box, owner),
        [OldVersion, ..] => Gcm.Open(RootKey.OldSealingKey(keys.Root), 1, box, owner),
        _ => throw new CryptographicException("Not a sealed value."),
    };

    public string OpenText(TenantId? tenant, ReadOnlySpan<byte> box, string owner) => Encoding.UTF8.GetString(Open(tenant, box, owner));
}
