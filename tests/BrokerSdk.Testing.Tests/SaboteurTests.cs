namespace TradeFlow.BrokerSdk.Testing.Tests;

/// <summary>The proof that the kit can fail: each of these connectors does one thing wrong, and fails its case and no other.</summary>
public sealed class SaboteurTests
{
    private static readonly Dictionary<string, string[]> Expected = new(StringComparer.Ordinal)
    {
        ["names no account"] = ["TC-A10"],
        ["throws on a wrong password"] = ["TC-A30"],
        ["asks without credentials"] = ["TC-A40"],
        ["takes another account"] = ["TC-A50"],
        ["blames the credentials"] = ["TC-A60", "TC-A65"],
        ["logs the password"] = ["TC-A90"],
        ["reads 500 as a refusal"] = ["TC-F35"],
        ["reads 502 as a refusal"] = ["TC-F40"],
        ["reads 429 as a refusal"] = ["TC-F45"],
        ["reads 503 as unsent"] = ["TC-F37"],
        ["reads 401 as a refusal"] = ["TC-F85", "TC-F88"],
        ["reads 502 to a cancel as a refusal"] = ["TC-D45"],
        ["reads 500 to a close as a refusal"] = ["TC-E45"],
        ["takes garbage for an acceptance"] = ["TC-F50"],
        ["takes an empty answer for an acceptance"] = ["TC-F60"],
        ["takes a page for a refusal"] = ["TC-F65"],
        ["loses the broker's words"] = ["TC-F80", "TC-F82"],
        ["sends again after a timeout"] = ["TC-F30", "TC-F32"],
        ["sends again after a reset"] = ["TC-F20", "TC-F25"],
        ["closes again after a reset"] = ["TC-E40"],
        ["calls a lost cancel done"] = ["TC-D40"],
        ["calls half an answer unsent"] = ["TC-F55"],
        ["calls a cancelled call unsent"] = ["TC-F75"],
        ["doubts a refused connection"] = ["TC-F10"],
        ["doubts a refused connection of a cancel"] = ["TC-D50"],
        ["doubts a refused connection of a close"] = ["TC-E50"],
        ["doubts the host's limiter"] = ["TC-F15"],
        ["has no patience"] = ["TC-F70"],
        ["sends orders as queries"] = ["TC-I30"],
        ["says no class"] = ["TC-I10"],
        ["calls elsewhere"] = ["TC-I20"],
        ["hammers against a limit"] = ["TC-I40"],
        ["tells no unit"] = ["TC-B10"],
        ["does not know its own symbol"] = ["TC-B15"],
        ["finds something for anything"] = ["TC-B20"],
        ["tells local time"] = ["TC-B30"],
        ["calls an unknown symbol transient"] = ["TC-B35"],
        ["tells another currency"] = ["TC-B40"],
        ["drops our id"] = ["TC-B55"],
        ["rounds quantities"] = ["TC-B70"],
        ["drops the stops"] = ["TC-B80"],
        ["tells stops as limits"] = ["TC-C15"],
        ["tells a part as all"] = ["TC-C30"],
        ["says changed and changes nothing"] = ["TC-C40"],
        ["sends a limit without a price at market"] = ["TC-C50"],
        ["needs the broker's id to cancel"] = ["TC-D15"],
        ["refuses what it does not find"] = ["TC-D20", "TC-D60"],
        ["calls filled orders cancelled"] = ["TC-D30"],
        ["closes all instead of a part"] = ["TC-E20"],
        ["opens when there is nothing to close"] = ["TC-E30", "TC-E35"],
        ["lies when the store fails"] = ["TC-F90"],
        ["buys twice"] = ["TC-F94"],
        ["mixes orders up"] = ["TC-F96"],
        ["cannot find closed orders"] = ["TC-G20"],
        ["proves nothing"] = ["TC-G30"],
        ["denies young orders"] = ["TC-G35"],
        ["takes a failed look-up for absence"] = ["TC-G40", "TC-G42"],
        ["takes a failed read for flat"] = ["TC-G50"],
        ["gives fills new ids"] = ["TC-G60"],
        ["ignores the window"] = ["TC-G65"],
        ["forgets what was before"] = ["TC-G70"],
        ["names positions differently"] = ["TC-G80"],
        ["starts without the state"] = ["TC-H10", "TC-H15"],
        ["is silent about fills"] = ["TC-H20"],
        ["is silent about closes"] = ["TC-H25"],
        ["streams on"] = ["TC-H40"],
        ["streams flat when blind"] = ["TC-H50"],
        ["counts events twice"] = ["TC-H70"],
        ["drops late events"] = ["TC-H75"],
        ["takes early fills for another's"] = ["TC-H80"],
        ["polls when nobody asks"] = ["TC-I50"],
        ["logs in for each request"] = ["TC-I60"],
        ["goes on after its end"] = ["TC-J10", "TC-J90"],
        ["cannot be disposed of twice"] = ["TC-J20"],
        ["ends its siblings"] = ["TC-J40"],
        ["stays in memory"] = ["TC-J90"],
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Fact]
    public async Task The_right_connector_passes_every_case()
    {
        var report = await Saboteurs.ReportAsync("", []);

        report.Cases.Where(one => one.Verdict is ConformanceVerdict.Failed).Select(one => $"{one.Id}: {one.Reason}").ShouldBeEmpty();
        report.Passed.ShouldBeTrue();
        report.Cases.Where(one => one.Verdict is ConformanceVerdict.Skipped).Select(one => one.Id)
            .ShouldBe(["TC-F100", "TC-F105", "TC-G90"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_saboteur_fails_its_case_and_no_other(string sabotage)
    {
        var report = await Saboteurs.ReportAsync(sabotage, Expected.Keys);

        var failed = report.Cases.Where(one => one.Verdict is ConformanceVerdict.Failed).ToList();
        failed.Select(one => one.Id).ShouldBe(Expected[sabotage], string.Join("\n", failed.Select(one => $"{one.Id}: {one.Reason}")));
        report.Passed.ShouldBeFalse();
    }
}
