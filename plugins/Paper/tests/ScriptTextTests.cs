using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Tests;

public sealed class ScriptTextTests
{
    [Theory]
    [InlineData("jump", "Step 1 'jump': there is no such word.")]
    [InlineData("Pass", "Step 1 'Pass': there is no such word.")]
    [InlineData("pass; fill", "Step 2 'fill': give a share above 0 and below 1")]
    [InlineData("fill 0", "give a share above 0 and below 1")]
    [InlineData("fill 1", "For all of it, use pass.")]
    [InlineData("fill -0.5", "give a share")]
    [InlineData("fill 0,5", "with a point")]
    [InlineData("fill 50%", "give a share")]
    [InlineData("reject", "straight double quotes")]
    [InlineData("reject no margin", "straight double quotes")]
    [InlineData("reject \"no margin", "straight double quotes")]
    [InlineData("reject \"no\" \"margin\"", "straight double quotes")]
    [InlineData("reject \" \"", "give 1 to 200 characters")]
    [InlineData("reject \"a\nb\"", "on one line")]
    [InlineData("delay", "a whole number of ms or s")]
    [InlineData("delay 1500", "a whole number of ms or s")]
    [InlineData("delay 1.5s", "a whole number of ms or s")]
    [InlineData("delay 0ms", "a whole number of ms or s")]
    [InlineData("delay 61s", "at most 60s")]
    [InlineData("delay 99999999999s", "at most 60s")]
    [InlineData("pass; ; lose", "Step 2 is empty")]
    [InlineData("pass;", "Step 2 is empty")]
    [InlineData("lose drop", "'lose' stands alone.")]
    [InlineData("repeat", "nothing before it to repeat")]
    [InlineData("pass; repeat; drop", "Step 2 'repeat': 'repeat' stands alone, as the last step.")]
    [InlineData("reject \"no\" on close", "straight double quotes")]
    public async Task What_is_not_understood_is_a_problem_of_the_field_with_its_step_and_its_mend(string script, string says)
    {
        var problem = (await PaperAccount.ConnectAsync(script)).ShouldBeOfType<ConnectOutcome.Failed>().Problems.ShouldHaveSingleItem();

        problem.Field.ShouldBe("script");
        problem.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_script_has_an_end()
    {
        (await MessageAsync(new string('x', 2001))).ShouldBe("A script has at most 2000 characters.");
        (await MessageAsync(string.Join(';', Enumerable.Repeat("pass", 101)))).ShouldStartWith("A script has at most 100 steps");
        (await MessageAsync(new string('x', 2000))).Length.ShouldBeLessThan(250);
    }

    [Theory]
    [InlineData(" pass ;lose;\n drop ; fill 0.25;fill .5;delay 60s; delay 1ms;reject\"no; never\" ; repeat ")]
    [InlineData("pass")]
    public async Task Spaces_and_lines_between_steps_are_free(string script) =>
        (await PaperAccount.ConnectAsync(script)).ShouldBeOfType<ConnectOutcome.Connected>();

    [Fact]
    public async Task Any_text_is_a_script_or_a_problem_and_never_an_exception()
    {
        const string Letters = "fill0.5;rejctdaymsopbu \"\n\té💥";
        var random = new Random(20260105);
        for (var i = 0; i < 5000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => Letters[random.Next(Letters.Length)])]);
            await Should.NotThrowAsync(() => PaperAccount.ConnectAsync(text));
        }
    }

    private static async Task<string> MessageAsync(string script) =>
        (await PaperAccount.ConnectAsync(script)).ShouldBeOfType<ConnectOutcome.Failed>().Problems.ShouldHaveSingleItem().Message;
}
