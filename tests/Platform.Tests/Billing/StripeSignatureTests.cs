using System.Text;
using TradeFlow.Platform.Billing.Events;

namespace TradeFlow.Platform.Tests.Billing;

[Trait("Control", "F1")]
public sealed class StripeSignatureTests
{
    private const string Secret = "whsec_first";
    private const string Other = "whsec_second";

    private static readonly string[] Bodies =
    [
        """{"id":"evt_1","object":"event","type":"checkout.session.completed"}""", "{ \"id\" : \"evt_2\",\n \"a\": [1, 2.50] }",
        """{"name":"Zoë 😀 \"quoted\" </script>"}""", "{}", "[]", "not json", new string('x', 70_000), "{\"a\":\"\\u00e9\"}",
        " {\"leading\":true} ",
    ];

    [Fact]
    public async Task Every_verdict_is_that_of_the_official_library_but_for_stamps_of_the_future()
    {
        var oracle = await StripeOracle.GetAsync();
        var now = DateTimeOffset.UtcNow;
        List<string> differing = [];
        var (cases, accepted) = (0, 0);
        foreach (var body in Bodies)
        {
            foreach (var (name, header) in await HeadersAsync(oracle, body, now))
            {
                var ours = StripeSignature.IsValid(Encoding.UTF8.GetBytes(body), header, [Secret], now);
                // The library trusts a clock that is ahead of ours; a forger's recording does not become fresh that way here.
                var theirs = name == "future_600" ? false : await oracle.AcceptsAsync(body, Secret, header);
                cases++;
                if (ours) accepted++;
                if (ours != theirs) differing.Add($"{name}: ours {ours}, theirs {theirs}, body {body[..Math.Min(20, body.Length)]}");
            }
        }
        differing.ShouldBeEmpty();
        cases.ShouldBeGreaterThanOrEqualTo(9 * 14);
        accepted.ShouldBe(9 * 6);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_count()
    {
        var oracle = await StripeOracle.GetAsync();
        var now = DateTimeOffset.UtcNow;
        var body = Encoding.UTF8.GetBytes(Bodies[0]);

        foreach (var (secret, valid) in new[] { (Secret, true), (Other, true), ("whsec_third", false) })
        {
            var header = await oracle.SignAsync(Bodies[0], secret, now);
            StripeSignature.IsValid(body, header, [Secret, Other], now).ShouldBe(valid, secret);
            StripeSignature.IsValid(body, header, [], now).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public async Task A_stamp_counts_for_300_seconds_both_ways(int seconds, bool valid)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        var header = await (await StripeOracle.GetAsync()).SignAsync(Bodies[0], Secret, now.AddSeconds(seconds));

        StripeSignature.IsValid(Encoding.UTF8.GetBytes(Bodies[0]), header, [Secret], now).ShouldBe(valid);
    }

    [Fact]
    public void No_header_makes_it_throw()
    {
        var random = new Random(7);
        const string letters = "tv01=,;. abcdef\0é-9";
        for (var round = 0; round < 20_000; round++)
        {
            var header = new string([.. Enumerable.Range(0, random.Next(80)).Select(_ => letters[random.Next(letters.Length)])]);
            StripeSignature.IsValid(Encoding.UTF8.GetBytes("{}"), header, [Secret], DateTimeOffset.UnixEpoch).ShouldBeFalse();
        }
        StripeSignature.IsValid(Encoding.UTF8.GetBytes("{}"), "t=99999999999999999999,v1=aa", [Secret], DateTimeOffset.UnixEpoch)
            .ShouldBeFalse();
        StripeSignature.IsValid(Encoding.UTF8.GetBytes("{}"), "t=253402300799,v1=aa", [Secret], DateTimeOffset.UnixEpoch).ShouldBeFalse();
        StripeSignature.IsValid(Encoding.UTF8.GetBytes("{}"), null, [Secret], DateTimeOffset.UnixEpoch).ShouldBeFalse();
    }

    private static async Task<List<(string Name, string Header)>> HeadersAsync(StripeOracle oracle, string body, DateTimeOffset now)
    {
        var good = await oracle.SignAsync(body, Secret, now);
        var foreign = await oracle.SignAsync(body, Other, now);
        var (stamp, signature) = (good.Split(',')[0], good.Split(',')[1]["v1=".Length..]);
        return
        [
            ("good", good),
            ("rotated_two_sigs", $"{stamp},{foreign.Split(',')[1]},v1={signature}"),
            ("rotated_other_order", $"{stamp},v1={signature},{foreign.Split(',')[1]}"),
            ("with_v0", $"{good},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"),
            ("unknown_scheme", $"{good},v9=abc"),
            ("age_295", await oracle.SignAsync(body, Secret, now.AddSeconds(-295))),
            ("age_310", await oracle.SignAsync(body, Secret, now.AddSeconds(-310))),
            ("future_600", await oracle.SignAsync(body, Secret, now.AddSeconds(600))),
            ("wrong_secret", foreign),
            ("flipped", $"{stamp},v1={(signature[0] == 'a' ? 'b' : 'a')}{signature[1..]}"),
            ("v0_only", $"{stamp},v0={signature}"),
            ("no_t", $"v1={signature}"),
            ("empty", ""),
            ("uppercase_hex", $"{stamp},v1={signature.ToUpperInvariant()}"),
        ];
    }
}
