namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>With what the messages of an account have to be signed.</summary>
internal sealed class SigningKeys(byte[] current, byte[]? old, DateTimeOffset? oldUntil)
{
    /// <summary>Those that are taken at an instant.</summary>
    public IReadOnlyList<byte[]> At(DateTimeOffset now) => old is not null && oldUntil > now ? [current, old] : [current];
}
