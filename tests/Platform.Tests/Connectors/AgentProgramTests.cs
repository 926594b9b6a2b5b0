using System.Text.Json;
using System.Text.RegularExpressions;
using TradeFlow.Platform.Connectors.Agents;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// What is held of the Expert Advisors without a compiler: they write the members that the heartbeat reads, read the members that the
/// answer has, and their brackets close. They are compiled and run by the tests of their plugin.
/// </summary>
public sealed partial class AgentProgramTests
{
    public static TheoryData<string> Programs => ["TradeFlow.mq5", "TradeFlow.mq4"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void It_writes_the_members_that_the_heartbeat_reads(string program)
    {
        var written = WrittenKey().Matches(Source(program)).Select(match => match.Groups[1].Value).ToHashSet();

        written.ShouldBe(Members(typeof(HeartbeatShape), typeof(HeartbeatShape.Position), typeof(HeartbeatShape.Order),
            typeof(HeartbeatShape.Symbol), typeof(HeartbeatShape.Result)), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void It_reads_the_members_that_the_answer_has_and_each_of_a_command(string program)
    {
        var read = ReadKey().Matches(Source(program)).Select(match => match.Groups[1].Value).Except(["detail"]).ToHashSet();

        read.Add("commands");
        read.ShouldBe(Members(typeof(HeartbeatAnswerShape), typeof(HeartbeatAnswerShape.Command)), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Its_brackets_close_and_every_function_that_it_calls_of_its_own_is_there(string program)
    {
        var code = Literals().Replace(Source(program), "");

        foreach (var (open, close) in new[] { ('{', '}'), ('(', ')'), ('[', ']') })
            code.Count(letter => letter == open).ShouldBe(code.Count(letter => letter == close), $"{open}{close}");
        foreach (var name in (string[])["Beat", "Post", "BuildReport", "BuildPositions", "BuildOrders", "BuildSymbols", "BuildResults",
            "RunCommands", "RunOpen", "RunClose", "RunModify", "RunCancel", "LookAgain", "Recover", "Settle", "OpenMemory"])
            Regex.Count(code, $@"^\w+ {name}\(", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).ShouldBe(1, name);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void It_notes_a_command_before_it_sends_anything(string program)
    {
        var code = Source(program);
        var run = code[code.IndexOf("void RunCommand(", StringComparison.Ordinal)..code.IndexOf("void RunOpen(", StringComparison.Ordinal)];

        run.IndexOf("FindRun(id)", StringComparison.Ordinal).ShouldBeLessThan(run.IndexOf("NoteBegun(run)", StringComparison.Ordinal));
        run.IndexOf("expires", StringComparison.Ordinal).ShouldBeLessThan(run.IndexOf("NoteBegun(run)", StringComparison.Ordinal));
        run.IndexOf("NoteBegun(run)", StringComparison.Ordinal).ShouldBeLessThan(run.IndexOf("RunOpen(run", StringComparison.Ordinal));
    }

    private static HashSet<string> Members(params Type[] types) =>
    [
        .. types.SelectMany(type => type.GetProperties()).Where(property => property.Name != "EqualityContract")
            .Select(property => property.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonPropertyNameAttribute),
                false) is [System.Text.Json.Serialization.JsonPropertyNameAttribute named]
                ? named.Name
                : JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)),
    ];

    private static string Source(string program) => File.ReadAllText(Path.Combine(Repository.Root, "plugins", "MetaTrader", "ea", program));

    [GeneratedRegex("""\\"([a-z_]+)\\":(?!\[\"\))""", RegexOptions.None, 1000)]
    private static partial Regex WrittenKey();

    [GeneratedRegex("""Json(?:Text|Number)\(\w+, "([a-z_]+)"\)""", RegexOptions.None, 1000)]
    private static partial Regex ReadKey();

    [GeneratedRegex("""//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'""", RegexOptions.None, 1000)]
    private static partial Regex Literals();
}
