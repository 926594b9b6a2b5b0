using System.Text;
using System.Text.RegularExpressions;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Alerts.Dialects;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using ApiAnswer = TradeFlow.Platform.Alerts.Attempts.Answer;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>Sends each example of docs/alerts.md, from each state in its table, and holds the page to what comes of it.</summary>
public sealed partial class AlertPageTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DialectList Dialects = new();

    private sealed record Row(string Message, string Before, string After, string Answer);

    [Fact]
    public async Task Each_example_does_what_the_page_says()
    {
        var rows = Rows();
        rows.Count.ShouldBeGreaterThan(35);
        await using var rig = await TradingRig.StartAsync(platform);
        List<string> lies = [];
        foreach (var batch in rows.Chunk(8)) lies.AddRange((await Task.WhenAll(batch.Select(row => RunAsync(rig, row)))).OfType<string>());
        lies.ShouldBeEmpty();
    }

    /// <returns>What differs from the page.</returns>
    private static async Task<string?> RunAsync(TradingRig rig, Row row)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        foreach (var held in row.Before.Split(" and ").Where(held => held != "flat")) Open(broker, held);
        var alert = Dialects.Read(Encoding.UTF8.GetBytes(row.Message));
        AccountDefaults.Apply(alert, GoldenDialectTests.Account("stop_unit=pips"));
        var answer = alert.Errors is { } errors
            ? ApiAnswer.Invalid(errors, new WebhookId(Guid.NewGuid()))
            : Told(await rig.RunAsync(account, alert.Intent!));

        var (after, said) = (HeldBy(broker), Said(answer));
        return (after, said) == (row.After, row.Answer)
            ? null : $"{row.Message}\n from {row.Before}: {after} | {said}, and the page says {row.After} | {row.Answer} ({answer.Error})";
    }

    private static ApiAnswer Told(OrderView view) => ApiAnswer.Of(view, new OrderId(view.Id), new WebhookId(Guid.NewGuid()), 1);

    private static void Open(ScriptedAccount broker, string held)
    {
        var words = held.Split(' ');
        broker.OpenByHand("EURUSD", words[0] == "long" ? Side.Buy : Side.Sell,
            decimal.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string HeldBy(ScriptedAccount broker)
    {
        var sides = broker.Positions.GroupBy(position => position.Side).OrderBy(group => group.Key)
            .Select(group => Invariant($"{(group.Key == Side.Buy ? "long" : "short")} {group.Sum(one => one.Quantity):0.####}")
                + (group.First().StopLoss is { } stop ? Invariant($", stop {stop:0.####}") : "")
                + (group.First().TakeProfit is { } target ? Invariant($", target {target:0.####}") : "")).ToList();
        return sides.Count == 0 ? "flat" : string.Join(" and ", sides);
    }

    private static string Said(ApiAnswer answer)
    {
        var root = System.Text.Json.JsonDocument.Parse(answer.Json).RootElement;
        // a status is a text
        var said = root.TryGetProperty("status", out var status) ? status.GetString()! : $"{answer.Status} {answer.Code}";
        if (root.TryGetProperty("gap", out _)) said += ", gap";
        return root.TryGetProperty("note", out _) ? said + ", note" : said;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static List<Row> Rows()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "alerts.md")).ReplaceLineEndings("\n");
        return
        [
            .. Example().Matches(page).SelectMany(example => example.Groups["rows"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
                .Select(cells => new Row(example.Groups["message"].Value, cells[0], cells[1], cells[2]))),
        ];
    }

    [GeneratedRegex(
        @"```(?:json|text)\n(?<message>(?:(?!```)[\s\S])+?)\n```\n\| before \| after \| answer \|\n\| --- \| --- \| --- \|\n(?<rows>(?:\|.*\|\n)+)",
        RegexOptions.None, 5000)]
    private static partial Regex Example();
}
