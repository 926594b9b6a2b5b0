using System.Security.Cryptography;
using System.Text;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Strategies.Keys;

/// <summary>
/// The key in a strategy's address: <c>strategy_{first 8 of the id}_{random}</c>, with 142 random bits. Hashed with a secret to be found,
/// sealed to be shown, and hidden in logs by its form, like the keys of accounts.
/// </summary>
internal sealed class StrategyKeys(KeyRing ring, SecretBox box)
{
    private const string Mark = "strategy";

    /// <summary>No key of ours is longer.</summary>
    public const int LongestKey = 8 + KeyText.Tail;

    private readonly byte[] pepper = ring.Derive("strategy-key");

    public static string Make(StrategyId strategy) => KeyText.Of(Mark, strategy.Value);

    public byte[] Hash(string key) => HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(key));

    public string Open(byte[] sealedKey, TenantId tenant, StrategyId strategy) =>
        box.OpenText(tenant, sealedKey, OwnerOf(tenant, strategy));

    /// <summary>Puts a key in the place of the old one, if there was one, in the caller's transaction.</summary>
    public async Task StoreAsync(string key, TenantId tenant, StrategyId strategy, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into strategies.keys (strategy_id, tenant_id, key_hash, key_sealed) values ($1, $2, $3, $4)
            on conflict (strategy_id) do update set key_hash = excluded.key_hash, key_sealed = excluded.key_sealed, created_at = now()
            """, connection);
        command.Parameters.AddWithValue(strategy.Value);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(Hash(key));
        command.Parameters.AddWithValue(box.Seal(tenant, key, OwnerOf(tenant, strategy)));
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string OwnerOf(TenantId tenant, StrategyId strategy) => $"strategy:{tenant}:{strategy}:key";
}
