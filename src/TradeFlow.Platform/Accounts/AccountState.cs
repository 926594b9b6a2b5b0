using System.Text;
using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>What the sockets are told of an account.</summary>
internal sealed record AccountState(
    TenantId Tenant, string Status, string? Reason, string Broker, string Name, string Mode, bool Enabled, decimal? Balance,
    decimal? Equity, string Currency)
{
    public const string Columns =
        "a.tenant_id, a.status, a.status_reason, a.broker, a.name, a.mode, a.enabled, a.balance, a.equity, a.currency";

    /// <param name="at">Where <see cref="Columns"/> begin.</param>
    public static AccountState Read(NpgsqlDataReader row, int at) => new(
        new TenantId(row.GetGuid(at)), row.GetString(at + 1), row.IsDBNull(at + 2) ? null : row.GetString(at + 2), row.GetString(at + 3),
        row.GetString(at + 4), row.GetString(at + 5), row.GetBoolean(at + 6), row.DecimalOrNull(at + 7), row.DecimalOrNull(at + 8),
        row.GetString(at + 9));

    /// <summary>The event <c>account</c> of the socket.</summary>
    public string ToEvent(AccountId account, DateTimeOffset lastSync)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "account");
            json.WriteStartObject("account");
            json.WriteString("id", account.Value);
            json.WriteString("status", Status);
            json.WriteString("status_reason", Reason);
            json.WriteString("broker", Broker);
            json.WriteString("name", Name);
            json.WriteString("mode", Mode);
            json.WriteBoolean("enabled", Enabled);
            Number(json, "balance", Balance);
            Number(json, "equity", Equity);
            json.WriteString("currency", Currency);
            json.WriteString("last_sync", lastSync.UtcDateTime);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number) json.WriteNumber(name, PlainDecimals.Plain(number));
        else json.WriteNull(name);
    }
}
