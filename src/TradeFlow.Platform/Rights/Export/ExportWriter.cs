using System.Data;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.TenantData;

namespace TradeFlow.Platform.Rights.Export;

/// <summary>
/// Writes everything that a tenant has as a zip: of each kind a JSON array and a CSV with the same rows, as they were at one moment. It
/// reads as the application does, behind the wall of the tenant, and row by row: the history is never in memory as a whole.
/// </summary>
internal sealed class ExportWriter(Database database, IEnumerable<TenantTable> tables, TimeProvider clock)
{
    private const int Piece = 64 * 1024;
    private const int SecondsAtMost = 600;

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Column(string Name, string Source, bool IsText);

    /// <param name="progress">Called with the lines that were written and those that there are, two for each row.</param>
    public async Task WriteAsync(TenantId tenant, Stream stream, Func<long, long, Task> progress, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        // Owners alone ask for it, and they see every account.
        await Wall.Around(tenant).SetAsync(connection, ct);
        await using (var zone = CommandOf("select set_config('timezone', 'UTC', true)", connection)) await zone.ExecuteNonQueryAsync(ct);

        var files = tables.Where(table => table.File is not null).OrderBy(table => table.File, StringComparer.Ordinal).ToList();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in files) counts[table.Name] = await CountAsync(table, tenant, connection, ct);
        var (done, all) = (0L, 2 * counts.Values.Sum());
        await progress(done, all);

        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, ct);
        await WriteAsync(zip, "contents.json", ContentsOf(files, counts), ct);
        foreach (var table in files)
        {
            var columns = await ColumnsAsync(table, connection, ct);
            await JsonAsync(zip, table, columns, tenant, connection, CountedAsync, ct);
            await CsvAsync(zip, table, columns, tenant, connection, CountedAsync, ct);
        }

        Task CountedAsync(long lines) => progress(done += lines, all);
    }

    private string ContentsOf(IEnumerable<TenantTable> files, Dictionary<string, long> counts) => new JsonObject
    {
        ["made_at"] = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["files"] = new JsonObject(files.Select(table => KeyValuePair.Create(table.File!, (JsonNode?)counts[table.Name]))),
        ["left_out"] = new JsonObject(tables.Where(table => table.File is null).OrderBy(table => table.Name, StringComparer.Ordinal)
            .Select(table => KeyValuePair.Create(table.Name, (JsonNode?)table.Why))),
    }.ToJsonString(Indented);

    private static async Task WriteAsync(ZipArchive zip, string name, string text, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(ct);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }

    private static async Task<long> CountAsync(TenantTable table, TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = CommandOf($"select count(*) from {table.Name} t where t.{table.Key} = $1", connection);
        command.Parameters.AddWithValue(tenant.Value);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }

    private static async Task<List<Column>> ColumnsAsync(TenantTable table, NpgsqlConnection connection, CancellationToken ct)
    {
        List<Column> columns = [];
        await using (var command = CommandOf("""
            select attname::text, not (t.typcategory in ('N', 'D', 'B', 'T') or t.typname = 'uuid')
            from pg_attribute a join pg_type t on t.oid = a.atttypid
            where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and t.typname <> 'bytea' and a.attname <> $2 order by a.attnum
            """, connection))
        {
            command.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Text, table.Name);
            command.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Text, table.Key);
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
                if (!table.Hidden.Contains(row.GetString(0)))
                    columns.Add(new Column(row.GetString(0), $"t.\"{row.GetString(0)}\"", row.GetBoolean(1)));
        }
        columns.AddRange(table.More.Select(more => new Column(more.Key, more.Value, true)));
        return columns;
    }

    private static async Task JsonAsync(
        ZipArchive zip, TenantTable table, List<Column> columns, TenantId tenant, NpgsqlConnection connection, Func<long, Task> counted,
        CancellationToken ct)
    {
        await using var command = CommandOf($"""
            select row_to_json(r)::text from (
                select {string.Join(", ", columns.Select(column => $"{column.Source} as \"{column.Name}\""))} from {table.Name} t where t.{table.Key} = $1) r
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        var first = true;
        await LinesAsync(zip, $"{table.File}.json", "[", "\n]\n", command, (text, row) =>
        {
            text.Append(first ? "\n" : ",\n").Append(row.GetString(0));
            first = false;
        }, counted, ct);
    }

    private static async Task CsvAsync(
        ZipArchive zip, TenantTable table, List<Column> columns, TenantId tenant, NpgsqlConnection connection, Func<long, Task> counted,
        CancellationToken ct)
    {
        await using var command = CommandOf(
            $"select {string.Join(", ", columns.Select(column => $"({column.Source})::text"))} from {table.Name} t where t.{table.Key} = $1",
            connection);
        command.Parameters.AddWithValue(tenant.Value);
        await LinesAsync(zip, $"{table.File}.csv", string.Join(',', columns.Select(column => column.Name)) + CsvText.LineEnd, "", command,
            (text, row) =>
            {
                for (var at = 0; at < columns.Count; at++)
                {
                    if (at > 0) text.Append(',');
                    if (row.TextOrNull(at) is not { } value) continue;
                    if (columns[at].IsText) CsvText.AppendText(text, value);
                    else CsvText.AppendPlain(text, value);
                }
                text.Append(CsvText.LineEnd);
            }, counted, ct);
    }

    private static async Task LinesAsync(
        ZipArchive zip, string name, string head, string foot, NpgsqlCommand command, Action<StringBuilder, NpgsqlDataReader> append,
        Func<long, Task> counted, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(ct);
        var (text, lines) = (new StringBuilder(head), 0);
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                append(text, row);
                lines++;
                if (text.Length >= Piece) await FlushAsync();
            }
        }
        text.Append(foot);
        await FlushAsync();

        async Task FlushAsync()
        {
            await entry.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
            await counted(lines);
            text.Clear();
            lines = 0;
        }
    }

    private static NpgsqlCommand CommandOf(string sql, NpgsqlConnection connection) =>
        new(sql, connection) { CommandTimeout = SecondsAtMost };
}
