using System.Text;
using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>The event <c>account</c> of the socket.</summary>
internal static class AccountEvent
{
    /// <summary>From a row with status, reason, broker, name, mode, enabled, balance, equity, currency at columns 3 to 11.</summary>
    public static string Json(AccountId account, NpgsqlDataReader row, DateTimeOffset lastSync)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "account");
            json.WriteStartObject("account");
            json.WriteString("id", account.Value);
            json.WriteString("status", row.GetString(3));
            Text(json, "status_reason", row, 4);
            json.WriteString("broker", row.GetString(5));
            json.WriteString("name", row.GetString(6));
            json.WriteString("mode", row.GetString(7));
            json.WriteBoolean("enabled", row.GetBoolean(8));
            Number(json, "balance", row, 9);
            Number(json, "equity", row, 10);
            json.WriteString("currency", row.GetString(11));
            json.WriteString("last_sync", lastSync.UtcDateTime);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Text(Utf8JsonWriter json, string name, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column)) json.WriteNull(name);
        else json.WriteString(name, row.GetString(column));
    }

    private static void Number(Utf8JsonWriter json, string name, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column)) json.WriteNull(name);
        else json.WriteNumber(name, PlainDecimals.Plain(row.GetDecimal(column)));
    }
}
