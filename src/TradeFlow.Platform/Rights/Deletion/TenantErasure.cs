using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.TenantData;

namespace TradeFlow.Platform.Rights.Deletion;

/// <summary>
/// Erases what a tenant that is gone has left, table by table, those first that others are not named by. It begins a minute after the end,
/// when no process acts for the tenant any more, and looks again for ten: what was on its way then is erased too.
/// </summary>
internal sealed class TenantErasure(Database database, IEnumerable<TenantTable> tables, TimeProvider clock)
{
    private const int Piece = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What stays: the stone, the audit log that hangs on it, in which there are ids alone, and the row that says of a data key that it was
    /// destroyed, so that nobody makes another.
    /// </summary>
    public static readonly IReadOnlyList<string> Kept =
        ["tenancy.tenants", "tenancy.audit_log", "tenancy.audit_heads", "tenancy.audit_seals", "tenancy.audit_cuts", "kernel.data_keys"];

    /// <param name="Self">The column by which a row names another of the same table, and the one that it names.</param>
    private sealed record Reference(string From, string To, string FromColumn, string ToColumn);

    public async Task<IReadOnlyList<TenantId>> OpenAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select id from tenancy.tenants where deleted_at < now() - interval '1 minute' and erased_at is null order by deleted_at limit 20");
        List<TenantId> open = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) open.Add(new TenantId(row.GetGuid(0)));
        return open;
    }

    /// <returns>How many rows were erased; it goes on at the next call when its turn was over.</returns>
    public async Task<long> EraseAsync(TenantId tenant, CancellationToken ct)
    {
        var (began, gone) = (clock.GetTimestamp(), 0L);
        var references = await ReferencesAsync(ct);
        foreach (var table in InOrder(references))
        {
            var self = references.FirstOrDefault(one => one.From == table.Name && one.To == table.Name);
            for (var piece = Piece; piece > 0; await Task.Delay(Pause, clock, ct))
            {
                gone += piece = await EraseAsync(table, self, tenant, ct);
                if (clock.GetElapsedTime(began) > Turn) return gone;
            }
        }
        if (gone == 0) await NoteAsync(tenant, ct);
        return gone;
    }

    private async Task<int> EraseAsync(TenantTable table, Reference? self, TenantId tenant, CancellationToken ct)
    {
        // A partitioned table has the same ctid in each part: the tenant is asked for outside as well.
        var unnamed = self is null ? "" : $" and not exists (select from {table.Name} c where c.{self.FromColumn} = t.{self.ToColumn})";
        await using var command = database.System.CreateCommand($"""
            delete from {table.Name} where {table.Key} = $1 and ctid = any (array(select t.ctid from {table.Name} t where t.{table.Key} = $1{unnamed} limit {Piece}))
            """);
        command.CommandTimeout = 120;
        command.Parameters.AddWithValue(tenant.Value);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private IEnumerable<TenantTable> InOrder(IReadOnlyList<Reference> references)
    {
        var left = tables.Where(table => !Kept.Contains(table.Name)).OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        while (left.Count > 0)
        {
            var next = left.First(table =>
                !references.Any(one => one.To == table.Name && one.From != table.Name && left.Exists(other => other.Name == one.From)));
            left.Remove(next);
            yield return next;
        }
    }

    private async Task<IReadOnlyList<Reference>> ReferencesAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select c.conrelid::regclass::text, c.confrelid::regclass::text, f.attname::text, t.attname::text from pg_constraint c
            join pg_attribute f on f.attrelid = c.conrelid and f.attnum = c.conkey[1] join pg_attribute t on t.attrelid = c.confrelid and t.attnum = c.confkey[1]
            where c.contype = 'f' and c.conparentid = 0
            """);
        List<Reference> references = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            references.Add(new Reference(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)));
        return references;
    }

    private async Task NoteAsync(TenantId tenant, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "update tenancy.tenants set erased_at = now() where id = $1 and deleted_at < now() - interval '10 minutes'");
        command.Parameters.AddWithValue(tenant.Value);
        await command.ExecuteNonQueryAsync(ct);
    }
}
