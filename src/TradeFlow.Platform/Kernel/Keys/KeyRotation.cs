using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>
/// Seals every data key by the newest master key, and by data keys what was sealed before there were any. It runs beside Api and Worker:
/// each row is written only if it is still what was read, so that it may be stopped at any moment, and run again, and twice at once.
/// </summary>
internal sealed class KeyRotation(Database database, MasterKeys masters, DataKeys keys, SecretBox box, IEnumerable<SealedColumn> columns)
{
    private const int Page = 200;

    /// <returns>The exit code: 0 when all is sealed by the newest master key, 1 when something is left.</returns>
    public async Task<int> RunAsync(TextWriter output, CancellationToken ct)
    {
        keys.Check();
        await output.WriteLineAsync($"The newest master key is {masters.Newest}.");
        var wrapped = await WrapAsync(output, ct);
        await output.WriteLineAsync(Say($"{wrapped} data keys sealed by it anew."));
        var unreadable = 0L;
        foreach (var column in columns)
        {
            var (done, left) = await SealAnewAsync(column, output, ct);
            if (done > 0)
                await output.WriteLineAsync(Say($"{column}: {done} secrets from before there were data keys sealed by data keys."));
            if (left > 0) await output.WriteLineAsync(Say($"{column}: {left} secrets do not open with any key, and are left as they are."));
            unreadable += left;
        }
        var needed = keys.Needed().ToDictionary(one => one.Master, one => one.Keys, StringComparer.Ordinal);
        foreach (var (master, count) in needed)
            await output.WriteLineAsync(Say($"Master key {(object?)masters.Find(master) ?? master} seals {count} data keys."));
        foreach (var old in masters.All.Skip(1).Where(old => !needed.ContainsKey(old.Id)))
            await output.WriteLineAsync(
                $"Master key {old} is needed by nothing any more: take it out of the settings. Backups from before still need it.");
        return needed.Keys.All(id => id == masters.Newest.Id) && unreadable == 0 ? 0 : 1;
    }

    private async Task<long> WrapAsync(TextWriter output, CancellationToken ct)
    {
        // The root first: from then on new data keys are sealed by the newest, and whoever makes one with another is waited for.
        var done = 0L;
        foreach (var row in await OldAsync("purpose = 'root'", Guid.Empty, ct))
            if (await WrapAsync(row, ct)) done++;
        var after = Guid.Empty;
        while (await OldAsync("purpose <> 'root'", after, ct) is { Count: > 0 } page)
        {
            foreach (var row in page)
                if (await WrapAsync(row, ct)) done++;
            after = page[^1].Id;
            if (page.Count == Page) await output.WriteLineAsync(Say($"{done} data keys so far."));
        }
        return done;
    }

    private async Task<List<Row>> OldAsync(string which, Guid after, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"""
            select key_id, tenant_id, purpose, master_key_id, sealed from kernel.data_keys
            where {which} and sealed is not null and master_key_id <> $1 and key_id > $2 order by key_id limit {Page}
            """);
        command.CommandTimeout = 60;
        command.Parameters.AddWithValue(masters.Newest.Id);
        command.Parameters.AddWithValue(after);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Row> rows = [];
        while (await reader.ReadAsync(ct))
            rows.Add(new Row(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3),
                reader.GetFieldValue<byte[]>(4)));
        return rows;
    }

    private async Task<bool> WrapAsync(Row row, CancellationToken ct)
    {
        var owner = DataKeys.BoundTo(row.Tenant, row.Purpose, row.Id);
        // Checked before: it is here, or the row was written meanwhile by somebody who has more keys.
        if (masters.Find(row.Master) is not { } its) return false;
        await using var command = database.System.CreateCommand(
            "update kernel.data_keys set master_key_id = $3, sealed = $4 where key_id = $1 and sealed = $2");
        command.CommandTimeout = 60;
        command.Parameters.AddWithValue(row.Id);
        command.Parameters.AddWithValue(row.Sealed);
        command.Parameters.AddWithValue(masters.Newest.Id);
        command.Parameters.AddWithValue(masters.Newest.Wrap(its.Unwrap(row.Sealed, owner), owner));
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private async Task<(long Done, long Left)> SealAnewAsync(SealedColumn column, TextWriter output, CancellationToken ct)
    {
        var done = 0L;
        while (true)
        {
            // A row that somebody writes meanwhile moves to the end or before where we are: what is left is looked at again until a whole
            // round changes nothing.
            var (round, left) = (0L, 0L);
            string? after = null;
            while (await FindAsync(column, after, ct) is { Count: > 0 } page)
            {
                foreach (var secret in page)
                {
                    if (await SealAnewAsync(column, secret, ct) is not { } written) left++;
                    else if (written) round++;
                }
                after = page[^1].Place;
                if (page.Count == Page) await output.WriteLineAsync(Say($"{column}: {done + round} so far."));
            }
            done += round;
            if (round == 0) return (done, left);
        }
    }

    private async Task<List<Secret>> FindAsync(SealedColumn column, string? after, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"""
            select ctid::text, {column.Value}, {column.Tenant}, {column.Owner} from {column.Table}
            where {column.IsOld}{(after is null ? "" : $" and ctid > '{after}'::tid")} order by ctid limit {Page}
            """);
        command.CommandTimeout = 600;
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Secret> page = [];
        while (await reader.ReadAsync(ct))
            page.Add(new Secret(reader.GetString(0), reader.GetFieldValue<byte[]>(1),
                reader.IsDBNull(2) ? null : new TenantId(reader.GetGuid(2)), reader.GetString(3)));
        return page;
    }

    /// <returns>Whether it was written; <c>null</c> when it does not open.</returns>
    private async Task<bool?> SealAnewAsync(SealedColumn column, Secret secret, CancellationToken ct)
    {
        byte[] anew;
        try
        {
            anew = box.Seal(secret.Tenant, box.Open(secret.Tenant, secret.Sealed, secret.Owner), secret.Owner);
        }
        catch (CryptographicException)
        {
            return null;
        }
        await using var command = database.System.CreateCommand(
            $"update {column.Table} set {column.Column} = {column.Stored("$1")} where ctid = $2::text::tid and {column.Value} = $3");
        command.CommandTimeout = 60;
        command.Parameters.AddWithValue(anew);
        command.Parameters.AddWithValue(secret.Place);
        command.Parameters.AddWithValue(secret.Sealed);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(Guid Id, Guid Tenant, string Purpose, string Master, byte[] Sealed);

    private sealed record Secret(string Place, byte[] Sealed, TenantId? Tenant, string Owner);
}
