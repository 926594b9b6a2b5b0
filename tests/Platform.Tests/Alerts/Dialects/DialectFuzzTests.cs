using System.Text;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Alerts.Dialects;

/// <summary>
/// Messages of each dialect with parts broken, doubled and taken out: each is answered, and what is taken for a signal is within its
/// bounds.
/// </summary>
public sealed class DialectFuzzTests
{
    private const int Bodies = 6_000;
    private static readonly DialectList Dialects = new();

    private static readonly string[] Fragments =
    [
        "{", "}", ",", ";", "=", ":", "\"", "\\ud800", "\\u0000", "{{close}}", "NaN", "null", "1e400", "-1", "0",
        "99999999999999999999999999999999999", ",,,,", ";;;", "buy", "sell,", ",risk=1", "qty=1000;", "\"quantity\":1000,",
        "\"strategy\":{", "command=PLACE;", "é", "😀", "\u0000", "\n", "***,", "%", " ticks", new string('9', 300), new string('a', 5000),
        new string(',', 60),
    ];

    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (var name in Dialects.Names.Except(["unify.v1"])) names.Add(name);
            return names;
        }
    }

    [Theory]
    [Trait("Control", "I1")]
    [MemberData(nameof(Names))]
    public void The_reader_answers_every_body_and_makes_no_signal_of_garbage(string dialect)
    {
        var random = new Random(20261129);
        var seeds = GoldenDialectTests.MessagesOf(dialect).Select(Encoding.UTF8.GetBytes).ToArray();
        var read = 0;
        for (var round = 0; round < Bodies; round++)
        {
            var body = BrokenBody.Of(random, seeds[random.Next(seeds.Length)], Fragments, "{}[]\",:;=0123456789.-eE\\ntfu'");
            AlertReading alert;
            try
            {
                alert = Dialects.Read(body);
                Dialects.KnownBy(body).Count.ShouldBeLessThan(2, $"round {round}: {Encoding.UTF8.GetString(body)}");
                AccountDefaults.Apply(alert,
                    GoldenDialectTests.Account(random.Next(2) == 0 ? "" : "default_size=equity_percent 5, stop_unit=pips"));
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                throw new InvalidOperationException($"round {round} threw for: {Encoding.UTF8.GetString(body)}", e);
            }

            if (alert.Dialect == dialect) read++;
            (alert.Errors is null && alert.Intent is null).ShouldBeFalse($"round {round}: {Encoding.UTF8.GetString(body)}");
            if (!alert.IsSound) continue;
            var intent = alert.Intent!; // sound
            (intent.Qty ?? 1).ShouldBeInRange(0.0000000000000000000000000001m, 1_000_000_000m);
            (intent.Size?.Value ?? 1).ShouldBeInRange(0.0000000000000000000000000001m, 1_000_000_000m);
            intent.Symbol.Length.ShouldBeLessThanOrEqualTo(64);
            intent.Symbol.Any(letter => char.IsControl(letter)
                || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.Format).ShouldBeFalse(intent.Symbol);
            // The empty symbol means all: nothing that enters may end with it.
            if (!intent.IsExit)
            {
                Symbols.Canonical(intent.Symbol).ShouldNotBeEmpty();
                intent.Side.ShouldNotBeNull();
                ((intent.Qty ?? intent.Target?.Size ?? intent.Target?.Entry) is not null || intent.Size is not null
                    || intent.Action == TradeAction.Reverse).ShouldBeTrue();
            }
            if (intent.Action == TradeAction.Close) intent.Symbol.ShouldNotBeEmpty();
        }
        read.ShouldBeGreaterThan(Bodies / 4, "most of them are still its own");
    }
}
