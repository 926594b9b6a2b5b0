using System.Globalization;
using System.Text;

namespace TradeFlow.FakeExpertAdvisor;

/// <summary>
/// Reads and writes the protocol as MQL does: by searching the text for keys, without a JSON library. An answer that this cannot read is
/// one that a terminal cannot read either.
/// </summary>
public static class MqlJson
{
    private const string Head = "\"commands\":[";

    public static DateTime ServerTime(string answer) => Time(Text(answer, "server_time"));

    public static List<FakeCommand> Commands(string answer)
    {
        List<FakeCommand> commands = [];
        var at = answer.IndexOf(Head, StringComparison.Ordinal);
        if (at < 0) throw new FormatException($"No commands in: {answer}");
        at += Head.Length;
        while (answer.IndexOf('{', at) is >= 0 and var start)
        {
            var end = answer.IndexOf('}', start);
            commands.Add(Command(answer[start..(end + 1)]));
            at = end + 1;
        }
        return commands;
    }

    public static string Heartbeat(Terminal terminal, string instance, DateTime utc, IReadOnlyList<FakeResult> results, bool quoted)
    {
        var text = new StringBuilder(4096);
        text.Append("{\"instance\":\"").Append(instance).Append("\",\"platform\":\"").Append(terminal.Platform)
            .Append("\",\"ea_version\":\"1.0\",\"login\":\"").Append(terminal.Login)
            .Append("\",\"server\":\"").Append(terminal.Server).Append("\",\"company\":\"Fake Markets\",\"currency\":\"")
            .Append(terminal.Currency).Append("\",\"mode\":\"").Append(terminal.Mode).Append("\",\"hedging\":")
            .Append(terminal.Hedging ? "true" : "false").Append(",\"leverage\":100");
        Number("balance", terminal.Balance);
        Number("equity", terminal.Equity);
        Number("margin", 0);
        Number("free_margin", terminal.Equity);
        text.Append(",\"trade_allowed\":").Append(terminal.AutoTrading ? "true" : "false");
        text.Append(",\"time_broker\":\"").Append(Stamp(utc + terminal.BrokerOffset)).Append("\",\"time_gmt\":\"").Append(Stamp(utc))
            .Append("Z\",\"positions\":[");
        Each(terminal.Positions.ToList(), position =>
        {
            var symbol = terminal.Symbols[position.Symbol];
            text.Append("{\"ticket\":\"").Append(position.Ticket).Append("\",\"symbol\":\"").Append(position.Symbol)
                .Append("\",\"side\":\"").Append(position.Side).Append('"');
            Number("lots", position.Lots);
            Number("open_price", position.OpenPrice);
            text.Append(",\"open_time\":\"").Append(Stamp(position.OpenedUtc + terminal.BrokerOffset)).Append('"');
            Number("current_price", Terminal.Exit(position, symbol));
            Number("sl", position.Sl);
            Number("tp", position.Tp);
            Number("profit", terminal.Profit(position));
            Number("swap", 0);
            Number("commission", 0);
            text.Append(",\"magic\":").Append(position.Magic).Append(",\"comment\":\"").Append(position.Comment).Append("\"}");
        });
        text.Append("],\"orders\":[");
        Each(terminal.Orders.ToList(), order =>
        {
            text.Append("{\"ticket\":\"").Append(order.Ticket).Append("\",\"symbol\":\"").Append(order.Symbol).Append("\",\"side\":\"")
                .Append(order.Side).Append("\",\"type\":\"").Append(order.Type).Append('"');
            Number("lots", order.Lots);
            Number("price", order.Price);
            Number("sl", order.Sl);
            Number("tp", order.Tp);
            text.Append(",\"magic\":").Append(order.Magic).Append(",\"comment\":\"").Append(order.Comment).Append("\"}");
        });
        text.Append("],\"symbols\":[");
        Each(terminal.Symbols.Values.ToList(), symbol =>
        {
            text.Append("{\"symbol\":\"").Append(symbol.Name).Append("\",\"digits\":").Append(symbol.Digits);
            Number("tick_size", symbol.TickSize);
            Number("tick_value", symbol.TickValue);
            Number("contract_size", symbol.ContractSize);
            Number("lot_min", 0.01m);
            Number("lot_max", 100);
            Number("lot_step", 0.01m);
            text.Append(",\"stops_level\":0");
            Number("bid", symbol.Bid);
            Number("ask", symbol.Ask);
            text.Append('}');
        });
        text.Append("],\"results\":[");
        Each(results, result =>
        {
            text.Append("{\"id\":\"").Append(result.Id).Append("\",\"status\":\"").Append(result.Status).Append("\",\"retcode\":")
                .Append(result.Retcode).Append(",\"ticket\":\"").Append(result.Ticket).Append('"');
            Number("price", result.Price);
            Number("lots", result.Lots);
            if (result.Profit is { } profit) Number("profit", profit);
            text.Append(",\"message\":\"").Append(result.Message).Append("\"}");
        });
        return text.Append("]}").ToString();

        void Number(string name, decimal value)
        {
            var mark = quoted ? "\"" : "";
            text.Append(",\"").Append(name).Append("\":").Append(mark).Append(value.ToString(CultureInfo.InvariantCulture)).Append(mark);
        }

        void Each<T>(IReadOnlyList<T> list, Action<T> write)
        {
            for (var index = 0; index < list.Count; index++)
            {
                if (index > 0) text.Append(',');
                write(list[index]);
            }
        }
    }

    private static FakeCommand Command(string json) => new(
        Text(json, "id"), Text(json, "verb"), Text(json, "symbol"), Text(json, "side"), Text(json, "type"), Number(json, "lots"),
        Number(json, "price"), Number(json, "sl"), Number(json, "tp"), Text(json, "ticket"), (long)Number(json, "magic"),
        Text(json, "comment"), Time(Text(json, "expires")));

    private static string Text(string json, string key)
    {
        var mark = $"\"{key}\":\"";
        var start = json.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0) throw new FormatException($"No {key} in: {json}");
        start += mark.Length;
        return json[start..json.IndexOf('"', start)];
    }

    private static decimal Number(string json, string key)
    {
        var mark = $"\"{key}\":";
        var start = json.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0) throw new FormatException($"No {key} in: {json}");
        start += mark.Length;
        return decimal.Parse(json[start..json.IndexOfAny([',', '}'], start)], CultureInfo.InvariantCulture);
    }

    private static DateTime Time(string text) =>
        DateTime.ParseExact(text[..19], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None);

    private static string Stamp(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
