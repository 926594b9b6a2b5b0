using System.Text.Json;

namespace TradeFlow.Plugins.MetaTrader.Tests;

/// <summary>The Expert Advisors themselves, compiled as C++ and run in a terminal of our own, over real HTTP.</summary>
public sealed class ProgramTests
{
    private const string Mt5 = "TradeFlow.mq5";
    private const string Mt4 = "TradeFlow.mq4";

    [CompilerTheory]
    [InlineData(Mt5)]
    [InlineData(Mt4)]
    public async Task It_opens_modifies_closes_in_parts_and_cancels(string program)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();

        desk.Send("tfopen", "open", lots: 1, sl: 1.085, tp: 1.1, magic: 77);
        var opened = await desk.ResultAsync("tfopen", "done");
        opened.GetProperty("price").GetDouble().ShouldBe(1.0921);
        var ticket = opened.GetProperty("ticket").GetString()!;
        var position = await PositionAsync(desk, shown => shown.GetProperty("ticket").GetString() == ticket);
        (position.GetProperty("sl").GetDouble(), position.GetProperty("tp").GetDouble(), position.GetProperty("magic").GetInt64(),
            position.GetProperty("comment").GetString()).ShouldBe((1.085, 1.1, 77, "tfopen"));

        desk.Send("md1", "modify", ticket: ticket, sl: 1.09, tp: 0);
        await desk.ResultAsync("md1", "done");
        await PositionAsync(desk, shown => shown.GetProperty("sl").GetDouble() == 1.09 && shown.GetProperty("tp").GetDouble() == 0);

        desk.Send("cl1", "close", ticket: ticket, lots: 0.4, magic: 77);
        var part = await desk.ResultAsync("cl1", "done");
        (part.GetProperty("lots").GetDouble(), part.GetProperty("profit").GetDouble()).ShouldBe((0.4, -8));
        var rest = await PositionAsync(desk, shown => shown.GetProperty("lots").GetDouble() == 0.6);
        desk.Send("cl2", "close", ticket: rest.GetProperty("ticket").GetString()!, lots: 0.6, magic: 77);
        await desk.ResultAsync("cl2", "done");
        await desk.ReportAsync(report => report.GetProperty("positions").GetArrayLength() == 0, "flat");

        desk.Send("tflimit", "open", side: "SELL", type: "LIMIT", lots: 0.5, price: 1.11, magic: 78);
        var working = (await desk.ResultAsync("tflimit", "done")).GetProperty("ticket").GetString()!;
        var order = (await desk.ReportAsync(report => report.GetProperty("orders").GetArrayLength() == 1, "the order is shown"))
            .GetProperty("orders")[0];
        (order.GetProperty("type").GetString(), order.GetProperty("side").GetString(), order.GetProperty("price").GetDouble())
            .ShouldBe(("LIMIT", "SELL", 1.11));
        desk.Send("cx1", "cancel", ticket: working);
        await desk.ResultAsync("cx1", "done");
        await desk.ReportAsync(report => report.GetProperty("orders").GetArrayLength() == 0, "the order is gone");

        terminal.Executed.Count.ShouldBe(6);
        desk.Faults.ShouldBeEmpty();
    }

    [CompilerTheory]
    [InlineData(Mt5)]
    [InlineData(Mt4)]
    public async Task A_command_that_comes_again_is_told_again_and_run_once(string program)
    {
        using var desk = new Desk { IsDeaf = true };
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();

        desk.Send("tfagain", "open", magic: 77);
        await Eventually.True(() => Task.FromResult(desk.Results("tfagain").Count >= 3), TimeSpan.FromSeconds(15), "told three times");

        terminal.Executed.ShouldHaveSingleItem();
        desk.Results("tfagain").ShouldAllBe(result => result.GetProperty("status").GetString() == "done");
    }

    [CompilerTheory]
    [InlineData(Mt5, "open")]
    [InlineData(Mt4, "open")]
    [InlineData(Mt5, "close")]
    [InlineData(Mt4, "close")]
    public async Task A_terminal_that_dies_between_command_and_result_has_run_it_once_and_knows_it_again(string program, string verb)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();
        var instance = (await desk.ReportAsync(_ => true, "reports")).GetProperty("instance").GetString();
        var before = 0;
        var ticket = "";
        if (verb == "close")
        {
            desk.Send("tffirst", "open", magic: 77);
            ticket = (await desk.ResultAsync("tffirst", "done")).GetProperty("ticket").GetString()!;
            before = 1;
        }

        await terminal.TellAsync("die");
        desk.Send("tfdies", verb, ticket: ticket, magic: 77);
        await terminal.EndAsync();
        await terminal.StartAsync();

        await desk.ResultAsync("tfdies", "done");
        terminal.Executed.Count.ShouldBe(before + 1);
        desk.Report!.Value.GetProperty("instance").GetString().ShouldBe(instance);
    }

    [CompilerTheory]
    [InlineData(Mt5, 10012, "hedging")]
    [InlineData(Mt5, 10031, "hedging")]
    [InlineData(Mt5, 10012, "netting")]
    [InlineData(Mt4, 128, "hedging")]
    public async Task An_order_whose_answer_is_lost_is_found_and_never_sent_again(string program, int code, string account)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program, account);
        await terminal.StartAsync();
        desk.Send("tfheld", "open", lots: 1, magic: 76);
        await desk.ResultAsync("tfheld", "done");

        await terminal.TellAsync(System.FormattableString.Invariant($"unclear {code}"));
        // On a netting account this one reduces, and leaves no position of its own.
        desk.Send("tflost", "open", side: "SELL", lots: 0.4, magic: 77);

        // It looks before it tells: what it finds is done, and never was unclear to the server.
        await desk.ResultAsync("tflost", "done");
        terminal.Executed.Count.ShouldBe(2);
    }

    [CompilerTheory]
    [InlineData(Mt5, 10031)]
    [InlineData(Mt4, 128)]
    public async Task What_was_unclear_and_is_nowhere_to_be_seen_is_refused_after_two_minutes(string program, int code)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();
        await terminal.TellAsync(System.FormattableString.Invariant($"refuse {code}"));

        desk.Send("tfnever", "open", magic: 77);
        await desk.ResultAsync("tfnever", "unknown");
        await terminal.TellAsync("clock 130");

        await desk.ResultAsync("tfnever", "rejected");
        terminal.Executed.ShouldBeEmpty();
    }

    [CompilerTheory]
    [InlineData(Mt5, 10004, "done")]
    [InlineData(Mt5, 10019, "rejected")]
    [InlineData(Mt4, 138, "done")]
    [InlineData(Mt4, 134, "rejected")]
    [InlineData(Mt4, 130, "done")]
    public async Task A_requote_is_asked_again_and_a_refusal_is_told(string program, int code, string status)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();
        await terminal.TellAsync(System.FormattableString.Invariant($"refuse {code}"));

        desk.Send("tfrefused", "open", sl: 1.08, magic: 77);

        await desk.ResultAsync("tfrefused", status);
        // 130: the stops are set behind the order, where a broker takes none with it.
        if (status == "done") await PositionAsync(desk, shown => shown.GetProperty("sl").GetDouble() == 1.08);
    }

    [CompilerTheory]
    [InlineData(Mt5)]
    [InlineData(Mt4)]
    public async Task What_is_too_late_forbidden_or_unknown_is_refused_unsent(string program)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();

        desk.Send("tflate", "open", magic: 1, seconds: -1);
        desk.Send("tfsymbol", "open", symbol: "NONE", magic: 2);
        desk.Send("tfverb", "dance", magic: 3);
        desk.Send("tfticket", "close", ticket: "99", magic: 4);
        foreach (var id in (string[])["tflate", "tfsymbol", "tfverb", "tfticket"]) await desk.ResultAsync(id, "rejected");
        await terminal.TellAsync("autotrading off");
        await desk.ReportAsync(report => !report.GetProperty("trade_allowed").GetBoolean(), "trading is off");
        desk.Send("tfoff", "open", magic: 5);
        await desk.ResultAsync("tfoff", "rejected");

        terminal.Executed.ShouldBeEmpty();
    }

    [CompilerTheory]
    [InlineData(Mt5)]
    public async Task A_part_of_an_order_is_told_as_a_part(string program)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();
        await terminal.TellAsync("partial 0.3");

        desk.Send("tfpart", "open", lots: 1, magic: 77);

        var result = await desk.ResultAsync("tfpart", "done");
        (result.GetProperty("retcode").GetInt32(), result.GetProperty("lots").GetDouble()).ShouldBe((10010, 0.3));
    }

    [CompilerTheory]
    [InlineData(Mt5)]
    [InlineData(Mt4)]
    public async Task A_result_that_comes_too_soon_is_told_with_a_later_report(string program)
    {
        using var desk = new Desk { TooSoon = 2 };
        using var terminal = new CompiledProgram(desk, program);
        await terminal.StartAsync();

        desk.Send("tfsoon", "open", magic: 77);

        await desk.ResultAsync("tfsoon", "done");
        desk.TooSoon.ShouldBe(0);
        terminal.Executed.ShouldHaveSingleItem();
    }

    [CompilerTheory]
    [InlineData(Mt5)]
    [InlineData(Mt4)]
    public async Task The_key_of_the_alerts_is_refused_before_anything_is_sent(string program)
    {
        using var desk = new Desk();
        using var terminal = new CompiledProgram(desk, program, key: "mtx_0123abcd_kkkkkkkkkkkkkkkkkkkkkkkk");

        await terminal.StartAsync();
        await terminal.EndAsync();

        desk.Report.ShouldBeNull();
    }

    private static async Task<JsonElement> PositionAsync(Desk desk, Func<JsonElement, bool> matches)
    {
        var report = await desk.ReportAsync(all => all.GetProperty("positions").EnumerateArray().Any(matches), "the position is shown");
        return report.GetProperty("positions").EnumerateArray().First(matches);
    }
}
