using System.Globalization;
using System.Text;

namespace TradeFlow.Platform.Tests.Insights;

/// <summary>A line of the export, as somebody reads it who knows RFC 4180 and nothing else.</summary>
internal sealed record CsvRow(Dictionary<string, string> Cells)
{
    public string this[string column] => Cells[column];

    public decimal Net => InsightsRig.Number(this["net_pnl"]);

    public decimal Gross => InsightsRig.Number(this["gross_pnl"]);

    public decimal Fees => InsightsRig.Number(this["fees"]);

    public decimal? Risk => OrNone("risk");

    public decimal? RMultiple => OrNone("r_multiple");

    public DateTimeOffset Exit => Time("exit_time");

    public DateTimeOffset Entry => Time("entry_time");

    public static List<CsvRow> Read(string text)
    {
        var lines = Lines(text).ToList();
        return [.. lines.Skip(1).Select(cells => new CsvRow(lines[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }

    private decimal? OrNone(string column) => this[column] == "" ? null : InsightsRig.Number(this[column]);

    private DateTimeOffset Time(string column) =>
        DateTimeOffset.ParseExact(this[column], "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal);

    private static IEnumerable<List<string>> Lines(string text)
    {
        var (cell, cells, quoted) = (new StringBuilder(), new List<string>(), false);
        for (var at = 0; at < text.Length; at++)
        {
            var one = text[at];
            if (quoted && one == '"' && at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[++at]);
            else if (one == '"') quoted = !quoted;
            else if (quoted || one is not (',' or '\r')) cell.Append(one);
            else
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (one == ',') continue;
                text[++at].ShouldBe('\n');
                yield return cells;
                cells = [];
            }
        }
        cell.Length.ShouldBe(0, "every line ends with CRLF");
    }
}
