using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>The body of /trade/config: which columns the rows have, in which order, and what may be asked how often.</summary>
internal sealed class TradeConfig
{
    public const string Positions = "positionsConfig";
    public const string Orders = "ordersConfig";
    public const string History = "ordersHistoryConfig";
    public const string Executions = "filledOrdersConfig";
    public const string State = "accountDetailsConfig";

    private static readonly string[] Panels = [Positions, Orders, History, Executions, State];

    private readonly JsonObject original;
    private readonly ConcurrentDictionary<(string Panel, bool Shuffled, bool Extended), string[]> columnsOf = [];

    private TradeConfig(JsonObject original)
    {
        this.original = original;
        Limits = original["rateLimits"]!.AsArray().Select(row => row!.AsObject()).ToDictionary(
            row => (string)row["rateLimitType"]!,
            row => ((int)row["limit"]!, TimeSpan.FromSeconds((int)row["intervalNum"]! * ((string)row["measure"]! is "MINUTES" ? 60 : 1))));
    }

    public IReadOnlyDictionary<string, (int Limit, TimeSpan Length)> Limits { get; }

    public static TradeConfig Load()
    {
        using var stream = typeof(TradeConfig).Assembly.GetManifestResourceStream("trade-config.json")
            ?? throw new InvalidOperationException("trade-config.json is not part of the assembly");
        return new TradeConfig(JsonNode.Parse(stream)!["d"]!.AsObject());
    }

    /// <summary>The body as the switches want it.</summary>
    public JsonNode Body(Switches switches)
    {
        var body = original.DeepClone().AsObject();
        foreach (var panel in Panels)
        {
            var columns = body[panel]!["columns"]!.AsArray();
            if (switches.ColumnsExtended) columns.Insert(1, new JsonObject { ["id"] = "brandNote" });
            if (!switches.ColumnsShuffled) continue;
            var shuffled = columns.Select(column => column!.DeepClone()).ToArray();
            new Random(panel.Length).Shuffle(shuffled);
            body[panel]!["columns"] = new JsonArray(shuffled);
        }
        return body;
    }

    public string[] Columns(string panel, Switches switches) =>
        columnsOf.GetOrAdd((panel, switches.ColumnsShuffled, switches.ColumnsExtended),
            _ => [.. Body(switches)[panel]!["columns"]!.AsArray().Select(column => (string)column!["id"]!)]);

    /// <summary>A row as the columns want it: an array of strings and nulls, or an object where the brand is peculiar.</summary>
    public object[] Rows(string panel, Switches switches, IEnumerable<Dictionary<string, string?>> cells)
    {
        var columns = Columns(panel, switches);
        return switches.RowsAsObjects
            ? [.. cells.Select(row => columns.ToDictionary(column => column, row.GetValueOrDefault))]
            : [.. cells.Select(row => columns.Select(row.GetValueOrDefault).ToArray())];
    }
}
