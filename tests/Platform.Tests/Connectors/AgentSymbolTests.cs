using System.Net;
using System.Text.Json;
using TradeFlow.FakeExpertAdvisor;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Symbols as a terminal shows them, from the alert to the trade.</summary>
public sealed class AgentSymbolTests(AgentRig rig) : IClassFixture<AgentRig>
{
    private static string Buy(string symbol) => "\"side\":\"buy\",\"qty\":1,\"symbol\":" + JsonSerializer.Serialize(symbol);

    private static string Close(string symbol) => "\"action\":\"close\",\"symbol\":" + JsonSerializer.Serialize(symbol);

    [Fact]
    public async Task A_name_of_the_terminal_is_traded_left_and_mapped_as_it_is_written()
    {
        string[] names = ["GBPUSD+", "[SP500]", "UK 100", "#AAPL"];
        await using var owner = await NewAsync(names);

        foreach (var name in names)
        {
            var opened = await owner.OutcomeAsync(Buy(name));
            opened.Text("status").ShouldBe("filled", $"{name}: {opened.Json}");
            owner.Terminal.Positions.ShouldHaveSingleItem().Symbol.ShouldBe(name);
            var preview = await owner.Person.GetAsync($"/api/accounts/{owner.Account}/symbols/resolve?symbol={Uri.EscapeDataString(name)}");
            preview.Text("broker_symbol").ShouldBe(name);
            (await ValidateAsync(owner, Buy(name))).Json.GetProperty("symbol").GetProperty("broker").GetString().ShouldBe(name);
            (await owner.OutcomeAsync(Close(name))).Text("status").ShouldBe("filled", name);
            owner.Terminal.Positions.ShouldBeEmpty();
        }
        await owner.MapAsync(("SPX", "[SP500]"), ("UK 100", "UK 100"));
        var bought = await owner.OutcomeAsync(Buy("SPX"));
        bought.Text("status").ShouldBe("filled", bought.Json.ToString());
        owner.Terminal.Positions.ShouldHaveSingleItem().Symbol.ShouldBe("[SP500]");
        (await owner.OutcomeAsync(Close("SPX"))).Text("status").ShouldBe("filled");
    }

    [Fact]
    public async Task Of_two_suffixes_an_entry_is_asked_which_and_an_exit_goes_where_something_is_open()
    {
        await using var owner = await NewAsync("EURUSD.x", "EURUSD.pro");

        // A person is answered whatever the broker takes; the alert then knows.
        var validated = await ValidateAsync(owner, Buy("EURUSD"));
        var asked = await owner.AlertAsync(Buy("EURUSD"));
        (asked.Status, asked.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "signal.ambiguous_symbol"), asked.Json.ToString());
        asked.Json.GetProperty("candidates").EnumerateArray().Select(name => name.GetString()).ShouldBe(["EURUSD.pro", "EURUSD.x"]);
        asked.Fields.ShouldBe(["intent.symbol"]);
        asked.Text("error").ShouldContain("EURUSD.pro or EURUSD.x");
        validated.Json.GetProperty("errors").GetProperty("intent.symbol")[0].GetString().ShouldBe(asked.Text("error"));

        (await owner.OutcomeAsync(Buy("EURUSD.x"))).Text("status").ShouldBe("filled");
        // What was looked up by its whole name does not make the root clear.
        (await owner.AlertAsync(Buy("EURUSD") + ",\"price\":1")).Code.ShouldBe("signal.ambiguous_symbol");
        var left = await owner.OutcomeAsync(Close("EURUSD"));
        left.Text("status").ShouldBe("filled", left.Json.ToString());
        owner.Terminal.Positions.ShouldBeEmpty();
        (await owner.AlertAsync("\"action\":\"cancel\",\"symbol\":\"EURUSD\"")).Text("status").ShouldBe("nothing_to_cancel");

        await owner.MapAsync(("EURUSD", "EURUSD.pro"));
        (await owner.OutcomeAsync(Buy("EURUSD") + ",\"price\":2")).Text("status").ShouldBe("filled");
        owner.Terminal.Positions.ShouldHaveSingleItem().Symbol.ShouldBe("EURUSD.pro");
    }

    [Fact]
    public async Task What_the_terminal_does_not_show_is_told_so_and_a_spread_is_no_symbol()
    {
        await using var owner = await NewAsync("EURUSD.r", "GBPUSD.r");

        foreach (var intent in new[] { Buy("NAS100"), Buy("EURUSD-GBPUSD"), Close("EURUSD/GBPUSD") })
            (await ValidateAsync(owner, intent)).Json.GetProperty("would_execute").GetBoolean().ShouldBeFalse();
        var missing = await owner.AlertAsync(Buy("NAS100"));
        var spread = await owner.AlertAsync(Buy("EURUSD-GBPUSD"));
        var exit = await owner.AlertAsync(Close("EURUSD/GBPUSD"));

        (missing.Code, missing.Text("error").Contains("Market Watch", StringComparison.Ordinal))
            .ShouldBe(("signal.unknown_symbol", true), missing.Json.ToString());
        (spread.Code, spread.Fields.Single()).ShouldBe(("signal.invalid", "intent.symbol"), spread.Json.ToString());
        spread.Text("error").ShouldContain("A spread of two symbols cannot be traded");
        exit.Code.ShouldBe("signal.invalid", exit.Json.ToString());
        owner.Terminal.Executed.ShouldBeEmpty();
    }

    private async Task<TerminalOwner> NewAsync(params string[] names)
    {
        var terminal = new Terminal();
        terminal.Symbols.Clear();
        foreach (var name in names) terminal.Symbols[name] = new FakeSymbol(name, 5, 0.00001m, 1m, 100_000m, 1.09190m, 1.09210m);
        return await rig.NewActiveAsync(terminal);
    }

    private static Task<Answer> ValidateAsync(TerminalOwner owner, string intent) =>
        owner.Person.PostAsync("/api/webhooks/validate", new { account_id = owner.Account, body = "{\"intent\":{" + intent + "}}" });
}
