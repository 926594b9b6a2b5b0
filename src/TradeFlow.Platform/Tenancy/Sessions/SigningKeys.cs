using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// The ring of ES256 keys. They live sealed in PostgreSQL, so that every replica signs and checks with the same ones; a new one is made
/// after 30 days, and the old one checks for as long as what it has signed last: refresh tokens of programs live for 30 days.
/// </summary>
[OpenToModules]
internal sealed class SigningKeys(Database database, SecretBox box, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan SignsFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan ChecksFor = SignsFor + TimeSpan.FromDays(31);
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnknownKidPause = TimeSpan.FromSeconds(5);
    private const long LockKey = 0x7466_6b65_7973;

    private readonly SemaphoreSlim gate = new(1, 1);
    private Ring? ring;

    public async ValueTask<ECDsaSecurityKey> SignerAsync(CancellationToken ct)
    {
        var current = await CurrentAsync(Refresh, ct);
        return current.Signer;
    }

    /// <summary>Every key that still checks, the one that signs first.</summary>
    public async ValueTask<IReadOnlyList<ECDsaSecurityKey>> AllAsync(CancellationToken ct) => (await CurrentAsync(Refresh, ct)).All;

    /// <summary>The key of that id, or <c>null</c>. An unknown id reads the ring again, at most every few seconds whoever asks.</summary>
    public async ValueTask<ECDsaSecurityKey?> FindAsync(string kid, CancellationToken ct)
    {
        var current = await CurrentAsync(Refresh, ct);
        if (current.Keys.TryGetValue(kid, out var key)) return key;
        current = await CurrentAsync(UnknownKidPause, ct);
        return current.Keys.GetValueOrDefault(kid);
    }

    public void Dispose() => gate.Dispose();

    private async ValueTask<Ring> CurrentAsync(TimeSpan atMost, CancellationToken ct)
    {
        if (ring is { } known && clock.GetUtcNow() - known.ReadAt < atMost) return known;
        await gate.WaitAsync(ct);
        try
        {
            if (ring is { } fresh && clock.GetUtcNow() - fresh.ReadAt < atMost) return fresh;
            return ring = await ReadAsync(ct);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Ring> ReadAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(ct);
        var rows = await RowsAsync(connection, now, ct);
        if (rows.Count == 0 || now - rows[0].CreatedAt > SignsFor)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using (var only = new NpgsqlCommand($"select pg_advisory_xact_lock({LockKey})", connection))
                await only.ExecuteNonQueryAsync(ct);
            rows = await RowsAsync(connection, now, ct);
            if (rows.Count == 0 || now - rows[0].CreatedAt > SignsFor)
            {
                await AddAsync(connection, now, ct);
                rows = await RowsAsync(connection, now, ct);
            }
            await transaction.CommitAsync(ct);
        }
        IReadOnlyList<ECDsaSecurityKey> keys = [.. rows.Select(Open)];
        return new Ring(keys[0], keys, keys.ToDictionary(key => key.KeyId, StringComparer.Ordinal), now);
    }

    private async Task AddAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
        await using var insert = new NpgsqlCommand(
            "insert into tenancy.signing_keys (kid, sealed, created_at) values ($1, $2, $3)", connection);
        insert.Parameters.AddWithValue(kid);
        insert.Parameters.AddWithValue(box.Seal(null, key.ExportPkcs8PrivateKey(), OwnerOf(kid)));
        insert.Parameters.AddWithValue(now);
        await insert.ExecuteNonQueryAsync(ct);
    }

    private static async Task<List<Row>> RowsAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select kid, sealed, created_at from tenancy.signing_keys where created_at > $1 order by created_at desc", connection);
        command.Parameters.AddWithValue(now - ChecksFor);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Row> rows = [];
        while (await reader.ReadAsync(ct))
            rows.Add(new Row(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return rows;
    }

    private ECDsaSecurityKey Open(Row row)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(box.Open(null, row.Sealed, OwnerOf(row.Kid)), out _);
        return new ECDsaSecurityKey(key) { KeyId = row.Kid };
    }

    private static string OwnerOf(string kid) => "signing-key:" + kid;

    private sealed record Row(string Kid, byte[] Sealed, DateTimeOffset CreatedAt);

    private sealed record Ring(
        ECDsaSecurityKey Signer, IReadOnlyList<ECDsaSecurityKey> All, Dictionary<string, ECDsaSecurityKey> Keys, DateTimeOffset ReadAt);
}
