using System.Text;

namespace TradeFlow.Platform.Kernel;

/// <summary>Cells of a CSV (RFC 4180).</summary>
internal static class CsvText
{
    public const string LineEnd = "\r\n";

    /// <summary>
    /// A text that somebody wrote. A spreadsheet runs a cell that begins like a formula, whoever wrote it: such a one gets a ' before it.
    /// </summary>
    public static void AppendText(StringBuilder line, string value) =>
        AppendPlain(line, value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + value : value);

    /// <summary>What cannot be a formula, such as a number or a time.</summary>
    public static void AppendPlain(StringBuilder line, string value)
    {
        if (value.AsSpan().ContainsAny("\",\r\n"))
            line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else line.Append(value);
    }
}
