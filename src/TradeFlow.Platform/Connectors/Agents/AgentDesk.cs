using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>What came of a report.</summary>
/// <param name="Verdict"><c>holds</c>, <c>standby</c>, <c>mismatch</c>, <c>unpaired</c> or <c>busy</c>.</param>
/// <param name="At">The database's clock.</param>
/// <param name="Expected">Login, server and mode that the account was registered with.</param>
/// <param name="Commands">Commands to take along, each a JSON object.</param>
internal sealed record BeatVerdict(
    string Verdict, DateTimeOffset At, (string Login, string Server, string Mode) Expected, IReadOnlyList<string> Commands);

/// <summary>
/// Takes a report and hands out commands, in one call of the database: on connections of its own, and for a second at most.
/// </summary>
internal sealed partial class AgentDesk(Database database, RedisBus bus, IOptions<AgentOptions> options, ILogger<AgentDesk> log)
    : IAsyncDisposable
{
    private const int MostCommands = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource pool = database.NewSystemPool(options.Value.PoolSize, Longest);

    public async Task<BeatVerdict> TakeAsync(AgentAccount account, AgentBeat beat, CancellationToken ct)
    {
        await using var command = pool.CreateCommand("""
            select verdict, taken_at, own_login, own_server, own_mode, commands, settled
            from connectors.agent_beat($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """);
        command.Parameters.AddWithValue(account.Account.Value);
        command.Parameters.AddWithValue(account.Key);
        command.Parameters.AddText(beat.Instance);
        command.Parameters.AddText(beat.Login);
        command.Parameters.AddText(beat.Server);
        command.Parameters.AddText(beat.Mode);
        command.Parameters.AddText(beat.Report.Platform);
        command.Parameters.AddText(beat.Version);
        // Without what is kept apart from it: a report of an account on which nothing happens is then the same text again.
        command.Parameters.AddText(
            JsonSerializer.Serialize(beat.Report with { Symbols = [], ReceivedAt = default }, AgentsJson.Default.AgentReport));
        command.Parameters.AddText(AgentQuotes.Rules(beat.Report));
        command.Parameters.AddJson(AgentQuotes.Prices(beat.Report));
        command.Parameters.AddJson(JsonSerializer.Serialize(beat.Results, AgentsJson.Default.IReadOnlyListAgentResult));
        command.Parameters.AddJson(JsonSerializer.Serialize(Seen(beat.Report), AgentsJson.Default.IReadOnlyListSeenPosition));
        command.Parameters.Add(NpgsqlDbType.Interval, options.Value.Lease);
        command.Parameters.AddWithValue(MostCommands);
        await using var row = await ReadAsync(command, account.Account, ct);
        if (row is null) return new BeatVerdict("busy", default, default, []);
        await row.ReadAsync(ct);
        var expected = row.IsDBNull(2) ? ("", "", "") : (row.GetString(2), row.GetString(3), row.GetString(4));
        var verdict = new BeatVerdict(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), expected, row.GetFieldValue<string[]>(5));
        var settled = row.GetFieldValue<string[]>(6);
        foreach (var id in settled) bus.Publish(AgentTopics.Answered, $"{account.Account}:{id}");
        return verdict;
    }

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    // Null where PostgreSQL gave the report up after its second: nothing of it was taken, and the terminal tells the same again.
    private async Task<NpgsqlDataReader?> ReadAsync(NpgsqlCommand command, AccountId account, CancellationToken ct)
    {
        try
        {
            return await command.ExecuteReaderAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            LogGivenUp(account, Longest.TotalSeconds);
            return null;
        }
    }

    // On a netting account one position stands for many orders: its comment and size prove nothing of one of them.
    private static List<SeenPosition> Seen(AgentReport report) => !report.Hedging
        ? []
        : [.. report.Positions.Where(position => position.Magic != 0 || position.Comment.Length > 0)
            .Select(position => new SeenPosition(position.Comment, position.Magic, position.Ticket, position.OpenPrice,
                position.Quantity, null))];

    [LoggerMessage(3605, LogLevel.Warning,
        "Account {Account}: its terminal's report was not taken within {Seconds} s and is asked for again")]
    private partial void LogGivenUp(AccountId account, double seconds);
}

internal static class AgentTopics
{
    /// <summary>A command has a result: <c>{account id}:{command id}</c>.</summary>
    public const string Answered = "tf.agent-answered";
}
