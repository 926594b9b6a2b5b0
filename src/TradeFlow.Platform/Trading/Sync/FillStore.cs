using NpgsqlTypes;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Sync;

/// <param name="Symbol">The platform's name; where <paramref name="IsNamed"/> is false the broker's own, because its instrument could not
/// be read.</param>
internal sealed record NamedFill(FillReport Fill, string Symbol, bool IsNamed);

/// <summary>trading.fills, as the Worker writes it.</summary>
internal sealed class FillStore(Database database)
{
    /// <summary>Stores fills in one commit. One that is there already is not counted again, but what it did not know is added.</summary>
    /// <returns>The closes of ours whose profit has changed by it.</returns>
    public async Task<List<Guid>> AddAsync(Lane lane, IReadOnlyList<NamedFill> fills, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select * from trading.add_fills($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
        command.Parameters.AddWithValue(lane.Tenant.Value);
        command.Parameters.AddWithValue(lane.AccountId.Value);
        Add(NpgsqlDbType.Text, fill => fill.Fill.BrokerFillId);
        Add(NpgsqlDbType.Text, fill => fill.Fill.BrokerOrderId);
        Add(NpgsqlDbType.Text, fill => fill.Fill.BrokerPositionId);
        Add(NpgsqlDbType.Text, fill => fill.Symbol);
        Add(NpgsqlDbType.Boolean, fill => fill.IsNamed);
        Add(NpgsqlDbType.Text, fill => fill.Fill.Side == Side.Buy ? "BUY" : "SELL");
        Add(NpgsqlDbType.Numeric, fill => fill.Fill.Quantity);
        Add(NpgsqlDbType.Numeric, fill => fill.Fill.Price);
        Add(NpgsqlDbType.Numeric, fill => fill.Fill.Fees);
        Add(NpgsqlDbType.Numeric, fill => fill.Fill.RealizedPnl);
        Add(NpgsqlDbType.TimestampTz, fill => fill.Fill.At.ToUniversalTime());
        List<Guid> changed = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) changed.Add(rows.GetGuid(0));
        return changed;

        void Add<T>(NpgsqlDbType type, Func<NamedFill, T> value) => command.Parameters.AddColumn(type, fills, value);
    }
}
