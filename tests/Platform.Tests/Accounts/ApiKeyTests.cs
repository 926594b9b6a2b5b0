using System.Diagnostics;
using System.Text.RegularExpressions;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

/// <summary>The keys themselves: how they are made, and how they are found.</summary>
public sealed partial class ApiKeyTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    private const int Many = 200_000;

    [Theory]
    [InlineData("api")]
    [InlineData("agent")]
    [Trait("Control", "K1")]
    public void Every_key_has_the_form_of_the_contract_and_128_random_bits_and_no_two_are_the_same(string name)
    {
        var scope = name == "agent" ? KeyScope.Agent : KeyScope.Api;
        var account = new AccountId(Guid.CreateVersion7());
        var seen = new HashSet<string>(Many, StringComparer.Ordinal);
        var letters = new Dictionary<char, int>();

        for (var made = 0; made < Many; made++)
        {
            var key = ApiKeys.Make("acme", account, scope);
            var match = Form().Match(key);
            match.Success.ShouldBeTrue(key);
            (match.Groups["scope"].Value, match.Groups["account"].Value).ShouldBe((scope.Mark, account.Value.ToString("N")[..8]));
            seen.Add(match.Groups["random"].Value).ShouldBeTrue("the same random part came twice");
            foreach (var letter in match.Groups["random"].Value) letters[letter] = letters.GetValueOrDefault(letter) + 1;
        }

        var total = letters.Values.Sum();
        // Shannon's measure of what was seen: a letter that comes too often, or not at all, lowers it.
        var bits = -letters.Values.Sum(count => (double)count / total * Math.Log2((double)count / total));
        (bits * total / Many).ShouldBeGreaterThan(128);
        letters.Count.ShouldBe(62);
    }

    [Fact]
    [Trait("Control", "K1")]
    public void The_longest_key_is_still_read()
    {
        var longest = ApiKeys.Make(new string('b', 32), new AccountId(Guid.NewGuid()), KeyScope.Agent);

        longest.Length.ShouldBe(ApiKeys.LongestKey);
    }

    [Fact]
    [Trait("Control", "K2")]
    public async Task A_key_that_is_right_takes_as_long_as_one_that_is_wrong_or_of_nobody()
    {
        var made = (await ScriptedBroker.ConnectAsync(await Person.SignUpAsync(api))).Text("api_key");
        var index = api.Service<KeyIndex>();
        var wrong = made[..^1] + (made[^1] == 'x' ? 'y' : 'x');
        string[] keys = [made, wrong, ApiKeys.Make("acme", new AccountId(Guid.NewGuid()), KeyScope.Api)];
        foreach (var key in keys) await index.FindAsync(key, CancellationToken.None);
        var times = keys.Select(_ => new List<long>()).ToList();

        // In turns, so that whatever the machine does meanwhile meets all three. What is absent is asked for again after two seconds: an
        // outlier.
        for (var round = 0; round < 20_000; round++)
        {
            for (var which = 0; which < keys.Length; which++)
            {
                var begun = Stopwatch.GetTimestamp();
                await index.FindAsync(keys[which], CancellationToken.None);
                times[which].Add(Stopwatch.GetTimestamp() - begun);
            }
        }

        var medians = times.Select(list => (double)list.Order().ElementAt(list.Count / 2)).ToList();
        (medians.Max() / medians.Min()).ShouldBeLessThan(1.5, $"right, wrong, of nobody: {string.Join(", ", medians)} ticks");
    }

    [Fact]
    [Trait("Control", "K2")]
    public void A_key_of_one_kind_is_never_found_as_one_of_the_other()
    {
        var keys = api.Service<ApiKeys>();
        var key = ApiKeys.Make("acme", new AccountId(Guid.NewGuid()), KeyScope.Api);

        keys.Hash(key, KeyScope.Api).ShouldNotBe(keys.Hash(key, KeyScope.Agent));
    }

    [GeneratedRegex("^acme(?<scope>(?:-agent)?)_(?<account>[0-9a-f]{8})_(?<random>[0-9A-Za-z]{22,})$", RegexOptions.None, 1000)]
    private static partial Regex Form();
}
