using TradeFlow.Platform.Alerts.Secrets;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>What stands under a telling name is masked, whichever name it is; a text without one stays as it is.</summary>
public sealed class MaskingTests
{
    [Theory]
    [InlineData("key")]
    [InlineData("webhookKey")]
    [InlineData("api_secret")]
    [InlineData("pass")]
    [InlineData("Password")]
    [InlineData("passphrase")]
    [InlineData("passcode")]
    [InlineData("PASSKEY")]
    [InlineData("pwd")]
    [InlineData("pin")]
    [InlineData("access-token")]
    [InlineData("pointer")]
    [InlineData("signature")]
    [InlineData("credential")]
    [InlineData("credentials")]
    // A letter beyond ASCII that counts as a k.
    [InlineData("to\u212Aen")]
    public void A_value_under_a_telling_name_is_masked(string name)
    {
        Masking.Text($$"""{"symbol":"EURUSD","{{name}}":"hunter2 hunter2","qty":1}""", [])
            .ShouldBe($$"""{"symbol":"EURUSD","{{name}}":"***","qty":1}""");
        Masking.Text($"symbol=EURUSD {name}=hunter2", []).ShouldBe($"symbol=EURUSD {name}=***");
    }

    [Theory]
    [InlineData("""{"version":"unify.v1","id":"b1","intent":{"action":"open","side":"buy","symbol":"EURUSD","qty":0.01}}""")]
    [InlineData("buy EURUSD at 1.09, für 2 Lots")]
    public void A_text_without_one_stays_as_it_is(string text) => Masking.Text(text, []).ShouldBe(text);
}
