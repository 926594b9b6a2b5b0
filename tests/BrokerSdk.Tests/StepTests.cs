namespace TradeFlow.BrokerSdk.Tests;

public sealed class StepTests
{
    private static readonly FormField Code = new() { Key = "code", Label = "Code" };

    [Fact]
    public void A_step_may_have_fields_or_none()
    {
        new ConnectOutcome.NeedsStep([Code]) { Notice = "Look at your phone." }.Faults().ShouldBeEmpty();
        new ConnectOutcome.NeedsStep([]).Faults().ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_shown_is_told_at_once_by_its_field() => new ConnectOutcome.NeedsStep(
        [Code, Code, new FormField { Key = "way", Label = "Way", Type = "select", OptionsSource = "ways" },
            new FormField { Key = "pin", Label = "Pin", Type = "password" }]).Faults().ShouldBe(
            ["step.fields: 'code' stands twice.", "step.fields 'pin': a password is a secret: set secret to true.",
                "step.fields 'way': a step gives its options itself."]);
}
