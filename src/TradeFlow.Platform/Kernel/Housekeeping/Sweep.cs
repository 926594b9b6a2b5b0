using Npgsql;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>Deletes the rows of a table that have had their time.</summary>
/// <param name="where">What has had its time; <c>$1</c> is now.</param>
/// <param name="along">Tables whose rows go with those of this one.</param>
internal sealed class Sweep(string table, TimeSpan every, string where, string[] along, Database database, TimeProvider clock)
    : IRecurringJob
{
    private const int Piece = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public string Name => table;

    public TimeSpan Every => every;

    public IReadOnlyList<string> Tables => [table, .. along];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        for (var gone = 0L; ; await Task.Delay(Pause, clock, ct))
        {
            // In pieces, so that nobody waits for it. A row that somebody changes at this moment is skipped.
            await using var command = database.System.CreateCommand($"""
                delete from {table} where ctid = any (array(select ctid from {table} where {where} limit {Piece} for update skip locked))
                """);
            command.Parameters.AddWithValue(clock.GetUtcNow());
            var piece = await command.ExecuteNonQueryAsync(ct);
            gone += piece;
            if (piece < Piece) return gone;
        }
    }
}
