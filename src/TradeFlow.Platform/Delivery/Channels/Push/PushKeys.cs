using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>
/// The one key pair of all processes: what is configured, or else a pair that is made once and lives sealed in PostgreSQL.
/// </summary>
internal sealed class PushKeys(Database database, SecretBox box, IOptions<PushOptions> options, TimeProvider clock) : IDisposable
{
    private const string Owner = "push-key";
    private readonly SemaphoreSlim gate = new(1, 1);
    private PushKey? known;

    public async ValueTask<PushKey> GetAsync(CancellationToken ct)
    {
        if (known is { } key) return key;
        if (options.Value.Vapid is { PublicKey: { } publicKey, PrivateKey: { } privateKey })
            return known = new PushKey(publicKey, privateKey);
        await gate.WaitAsync(ct);
        try
        {
            return known ??= await ReadAsync(ct) ?? await MakeAsync(ct);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<PushKey> MakeAsync(CancellationToken ct)
    {
        var key = PushKey.Make();
        await using (var insert = database.System.CreateCommand(
            "insert into delivery.push_keys (public_key, sealed, created_at) values ($1, $2, $3) on conflict do nothing"))
        {
            insert.Parameters.AddWithValue(key.PublicKey);
            insert.Parameters.AddWithValue(box.Seal(null, key.PrivateKey, Owner));
            insert.Parameters.AddWithValue(clock.GetUtcNow());
            await insert.ExecuteNonQueryAsync(ct);
        }
        // Of two processes that make one at the same moment the first has made it.
        return await ReadAsync(ct) ?? throw new InvalidOperationException("The key for pushes was made and is not there.");
    }

    private async Task<PushKey?> ReadAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select public_key, sealed from delivery.push_keys");
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new PushKey(row.GetString(0), box.OpenText(null, row.GetFieldValue<byte[]>(1), Owner)) : null;
    }

    public void Dispose() => gate.Dispose();
}
