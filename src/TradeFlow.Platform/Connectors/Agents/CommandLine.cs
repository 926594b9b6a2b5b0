using System.Globalization;
using System.Text;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// A command as it goes over the wire, without its closing <c>expires</c>: flat, compact, in this order, with nothing to unescape.
/// </summary>
internal static class CommandLine
{
    private static readonly string[] Verbs = ["open", "close", "modify", "cancel"];

    /// <exception cref="ArgumentException">A member cannot be written so.</exception>
    public static string Write(AgentCommand command)
    {
        if (!Verbs.Contains(command.Verb, StringComparer.Ordinal))
            throw new ArgumentException($"There is no verb '{command.Verb}'.", nameof(command));
        if (command.Id.Length is 0 or > 40 || !command.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new ArgumentException("An id is 1 to 40 letters, digits, - and _.", nameof(command));
        var line = new StringBuilder(256);
        line.Append("{\"id\":\"").Append(command.Id).Append("\",\"verb\":\"").Append(command.Verb).Append('"');
        Text(line, "symbol", command.Symbol);
        Text(line, "side", command.Side switch { Side.Buy => "BUY", Side.Sell => "SELL", _ => "" });
        Text(line, "type", command.Type switch { OrderType.Limit => "LIMIT", OrderType.Stop => "STOP", _ => "MARKET" });
        Number(line, "lots", command.Quantity);
        Number(line, "price", command.Price ?? 0);
        Number(line, "sl", command.StopLoss ?? 0);
        Number(line, "tp", command.TakeProfit ?? 0);
        Text(line, "ticket", command.Ticket);
        Number(line, "magic", command.Magic);
        Text(line, "comment", command.Comment);
        return line.ToString();
    }

    private static void Text(StringBuilder line, string name, string value)
    {
        if (value.Any(letter => char.IsControl(letter) || letter is '"' or '\\'))
            throw new ArgumentException($"{name} '{value}' cannot be written without escapes.", name);
        line.Append(",\"").Append(name).Append("\":\"").Append(value).Append('"');
    }

    private static void Number(StringBuilder line, string name, decimal value) =>
        line.Append(",\"").Append(name).Append("\":").Append(PlainDecimals.Plain(value).ToString(CultureInfo.InvariantCulture));
}
