using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>The columns of one panel. Their order and number are the brand's own and are read in every session.</summary>
internal sealed class Panel(IReadOnlyList<string> columns)
{
    private readonly Dictionary<string, int> index = columns.Select((name, at) => (name, at))
        .DistinctBy(pair => pair.name, StringComparer.Ordinal).ToDictionary(pair => pair.name, pair => pair.at, StringComparer.Ordinal);

    public int Count => columns.Count;

    public bool Has(string column) => index.ContainsKey(column);

    /// <summary>
    /// The value under a column: by place in an array, by name where a brand sends objects. Empty for a column that the brand does not
    /// have.
    /// </summary>
    public Cell Of(Cell row, string column)
    {
        if (!row.IsArray) return row[column];
        return index.TryGetValue(column, out var at) && at < row.Value.GetArrayLength() ? new Cell(row.Value[at]) : default;
    }

    /// <summary>False for an array that has fewer cells than there are columns: the layout has changed since it was read.</summary>
    public bool Fits(Cell row) => !row.IsArray || row.Value.GetArrayLength() >= Count;
}

/// <summary>What <c>/trade/config</c> says: the columns of the panels and how often each endpoint may be called.</summary>
internal sealed record BrokerConfig(
    Panel Positions, Panel Orders, Panel OrdersHistory, Panel Executions, Panel State,
    IReadOnlyList<(string Type, int Limit, TimeSpan Per)> Limits)
{
    /// <exception cref="ConnectorException">A panel that the connector cannot do without is not there.</exception>
    public static BrokerConfig Read(Cell data)
    {
        var panels = PanelsOf(data);
        return new BrokerConfig(
            Find(panels, "positions", "id", "tradableInstrumentId", "side", "qty", "avgPrice"),
            Find(panels, "orders", "id", "tradableInstrumentId", "side", "qty", "type", "status"),
            Find(panels, "ordersHistory", "id", "tradableInstrumentId", "side", "qty", "type", "status", "positionId"),
            Find(panels, "filledOrders", "id", "price", "side", "qty", "orderId", "positionId"),
            Find(panels, "accountDetails", "balance", "availableFunds"),
            [.. data["rateLimits"].Items.Select(LimitOf).Where(limit => limit.Limit > 0)]);
    }

    private static List<(string Key, string Id, Panel Panel)> PanelsOf(Cell data)
    {
        if (data.Value.ValueKind is not System.Text.Json.JsonValueKind.Object)
            throw new ConnectorException(ConnectorErrorKind.Protocol, "TradeLocker's configuration could not be read.");
        return
        [
            .. data.Value.EnumerateObject().Select(member => (member.Name, Value: new Cell(member.Value)))
                .Where(member => member.Value["columns"].IsArray)
                .Select(member => (member.Name, member.Value["id"].Text ?? "",
                    new Panel([.. member.Value["columns"].Items.Select(column => column["id"].Text ?? "")]))),
        ];
    }

    // By its name; else, as some brands rename panels, by the columns that it must have.
    private static Panel Find(List<(string Key, string Id, Panel Panel)> panels, string name, params string[] needed)
    {
        var usable = panels.Where(panel => needed.All(panel.Panel.Has)).ToList();
        return usable.Find(panel => panel.Key == $"{name}Config").Panel
            ?? usable.Find(panel => panel.Id == name).Panel
            ?? usable.FirstOrDefault().Panel
            ?? throw new ConnectorException(ConnectorErrorKind.Protocol,
                $"TradeLocker's configuration has no panel '{name}' with the columns {string.Join(", ", needed)}.");
    }

    private static (string Type, int Limit, TimeSpan Per) LimitOf(Cell row) => (
        row["rateLimitType"].Text ?? "",
        int.TryParse(row["limit"].Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit) ? limit : 0,
        TimeSpan.FromSeconds((double)(row["intervalNum"].Number ?? 1)
            * (row["measure"].Text?.ToUpperInvariant() switch { "MINUTES" => 60, "HOURS" => 3600, _ => 1 })));
}
