using System.Text;
using Npgsql;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>The answer that a signal was given, for its repeats.</summary>
internal sealed class FirstAnswers(Database database)
{
    /// <returns><c>null</c> while there is none, when it was that the order is pending, or when it did not reach the sender.</returns>
    public async Task<Answer?> FindAsync(WebhookId webhook, DateTimeOffset receivedAt, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select status, code, error, response from alerts.webhooks_log where id = $1 and received_at = $2 and status <> 202 and status < 499 and response is not null");
        command.Parameters.AddWithValue(webhook.Value);
        command.Parameters.AddWithValue(receivedAt);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return new Answer(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetString(1),
            reader.IsDBNull(2) ? null : reader.GetString(2), Encoding.UTF8.GetBytes(reader.GetString(3)));
    }
}
