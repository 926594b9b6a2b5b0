using System.Text;
using TradeFlow.Platform.Alerts.Dialects;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>Bodies that nobody meant: the reader answers each, and what it takes for a signal is within its bounds.</summary>
public sealed class UnifyV1FuzzTests
{
    private const int Bodies = 20_000;
    private static readonly DialectList Dialects = new();

    private static readonly string[] Seeds =
    [
        """{"version":"unify.v1","key":"paper_12345678_abcdefghijklmnopqrstuvwx","id":"a1","time":"2026-11-22T12:00:00Z","intent":{"broker":"paper","action":"open","side":"buy","type":"limit","symbol":"EURUSD","qty":1,"price":1.09,"sl":{"mode":"price","value":1.0850},"tp":{"mode":"rr","value":2.0}}}""",
        """{"intent":{"side":"sell","symbol":"BINANCE:BTCUSD","size":{"mode":"risk_percent","value":"1.5"},"sl":{"mode":"pips","value":"20"}}}""",
        """{"intent":{"action":"close","symbol":"MES1!","qty":"2"}}""",
        """{"intent":{"action":"flatten"}}""",
    ];

    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u0000", "\\ud800", "{{close}}", "NaN", "na", "null", "true", "1e400", "-1", "0",
        "99999999999999999999999999999999999", "0.00000000000000001", "\"qty\":1000,", "\"q\\u0074y\":1000,", "“", "”", "\uFEFF",
        "\u0000", "\n", "/*", "//", "é", "😀", "\"intent\":{", "\"sl\":{\"mode\":\"price\",\"value\":1},", "[[[[[[[[[[[[[[[[[[[[",
        new string('9', 300), new string('a', 5000),
    ];

    [Fact]
    [Trait("Control", "I1")]
    public void The_reader_answers_every_body_and_makes_no_signal_of_garbage()
    {
        var random = new Random(20261122);
        var sound = 0;
        for (var round = 0; round < Bodies; round++)
        {
            var body = Mutate(random);
            AlertReading alert;
            try
            {
                alert = Dialects.Read(body);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"round {round} threw for: {Encoding.UTF8.GetString(body)}", e);
            }

            (alert.Errors is null).ShouldBe(alert.Intent is not null, $"round {round}: {Encoding.UTF8.GetString(body)}");
            if (alert.Intent is not { } intent) continue;
            sound++;
            (intent.Qty ?? 1).ShouldBeInRange(0.0000000000000000000000000001m, 1_000_000_000m);
            intent.Symbol.Length.ShouldBeLessThanOrEqualTo(64);
            intent.Symbol.Any(letter => char.IsControl(letter)
                || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.Format).ShouldBeFalse(intent.Symbol);
            // The empty symbol means all: nothing but flatten may end with it.
            (TradeFlow.Platform.Connectors.Contracts.Symbols.Canonical(intent.Symbol).Length == 0)
                .ShouldBe(intent.Action == TradeFlow.Platform.Trading.Contracts.TradeAction.Flatten);
            // A signal is only made of what is JSON for a strict reader too.
            Should.NotThrow(() => System.Text.Json.JsonDocument.Parse(DialectList.Content(body).ToArray(),
                new() { MaxDepth = 16, AllowDuplicateProperties = true }).Dispose());
        }
        sound.ShouldBeLessThan(Bodies / 2);
        sound.ShouldBeGreaterThan(100);
    }

    [Fact]
    [Trait("Control", "I1")]
    public void Long_and_deep_bodies_take_no_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Dialects.Read(Encoding.UTF8.GetBytes("{\"intent\":{\"qty\":\"1." + new string('0', 60_000) + "1\"}}")).Intent.ShouldBeNull();
        Dialects.Read(Encoding.UTF8.GetBytes("{\"intent\":{" + string.Join(",", Enumerable.Range(0, 8000).Select(n => $"\"k{n}\":1")) +
            "}}")).Errors.ShouldNotBeNull().Count.ShouldBeLessThan(40);
        Dialects.Read(Encoding.UTF8.GetBytes(new string('[', 60_000))).Intent.ShouldBeNull();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    private static byte[] Mutate(Random random)
    {
        if (random.Next(50) != 0) return BrokenBody.Of(random, Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), Fragments,
            "{}[]\",:0123456789.-eE\\ntfu'");
        var noise = new byte[random.Next(200)];
        random.NextBytes(noise);
        return noise;
    }
}
