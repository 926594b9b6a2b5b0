using System.Globalization;
using System.Security;
using System.Text;

namespace TradeFlow.Benchmarks.Reporting;

/// <summary>Bars, one below the other, with their numbers.</summary>
internal static class Chart
{
    private const int Row = 22;
    private const int Labels = 260;
    private const int Bars = 420;

    public static string Draw(string title, IReadOnlyList<(string Name, double Value)> bars)
    {
        var most = bars.Count == 0 ? 1 : Math.Max(1, bars.Max(bar => bar.Value));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Labels + Bars + 90}" height="{(bars.Count * Row) + 40}" font-family="sans-serif" font-size="12">""");
        text.Append(CultureInfo.InvariantCulture,
            $"""<rect width="100%" height="100%" fill="white"/><text x="8" y="20" font-weight="bold">{title}</text>""");
        foreach (var (at, (name, value)) in bars.Index())
        {
            var y = 32 + (at * Row);
            text.Append(CultureInfo.InvariantCulture, $"""<text x="8" y="{y + 14}">{SecurityElement.Escape(name)}</text>""");
            text.Append(CultureInfo.InvariantCulture,
                $"""<rect x="{Labels}" y="{y + 3}" width="{value / most * Bars:0}" height="{Row - 8}" fill="#3b6ea5"/>""");
            text.Append(CultureInfo.InvariantCulture,
                $"""<text x="{Labels + 6 + (value / most * Bars):0}" y="{y + 14}">{value:0}</text>""");
        }
        return text.Append("</svg>").ToString();
    }
}
