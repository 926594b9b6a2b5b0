using System.Text.Json;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>A strategy as its owner has it.</summary>
internal sealed record Published(string Id, string Name, string Url)
{
    public string Path => new Uri(Url).AbsolutePath;
}

[CollectionDefinition(StrategyPeople.OneRig)]
public sealed class OneRigForStrategies : ICollectionFixture<WebhookRig>;

/// <summary>What the tests of strategies do again and again.</summary>
internal static class StrategyPeople
{
    /// <summary>Classes that need the Api and a database, and not one of their own.</summary>
    public const string OneRig = "strategies";

    /// <summary>Somebody on a plan with strategies.</summary>
    public static async Task<Person> NewPersonAsync(WebhookRig rig, string plan = "elite")
    {
        var person = await Person.SignUpAsync(rig);
        await rig.ExecuteAsync(
            $"update billing.billing_status set plan = '{plan}', status = 'active' where tenant_id = '{person.TenantId}'");
        return person;
    }

    public static async Task<Published> MakeAsync(Person owner, string name = "Breakout")
    {
        var made = await owner.PostAsync("/api/strategies", new { name, description = "d" });
        made.Status.ShouldBe(System.Net.HttpStatusCode.Created);
        return new Published(made.Text("id"), name, made.Text("webhook_url"));
    }

    public static async Task<Published> PublishAsync(Person administrator, string name = "Trend")
    {
        var made = await administrator.PostAsync("/api/admin/strategies",
            new { name, description = "d", symbols = new[] { "EURUSD" }, visibility = "public" });
        made.Status.ShouldBe(System.Net.HttpStatusCode.Created);
        return new Published(made.Text("id"), name, made.Text("webhook_url"));
    }

    public static async Task<string> FollowAsync(Trader trader, Published strategy, decimal? multiplier = null, object? size = null)
    {
        var followed = await trader.Person.PostAsync($"/api/strategies/{strategy.Id}/activate",
            new { account_id = trader.Account.Value, multiplier, size });
        followed.Status.ShouldBe(System.Net.HttpStatusCode.Created, followed.Json.ToString());
        return followed.Text("id");
    }

    public static Task<string> IntentAsync(WebhookRig rig, Trader trader) =>
        rig.ScalarAsync<string>(
            $"select intent::text from trading.orders where account_id = '{trader.Account}' order by seq desc limit 1")!;

    public static async Task<JsonElement> LoggedAsync(Trader trader)
    {
        JsonElement row = default;
        await Eventually.True(async () =>
        {
            var log = await trader.Person.GetAsync($"/api/webhooks/log?account_id={trader.Account}");
            if (log.Json.GetProperty("items").GetArrayLength() == 0) return false;
            row = log.Json.GetProperty("items")[0];
            return row.GetProperty("response").ValueKind == JsonValueKind.Object;
        }, TimeSpan.FromSeconds(15), "the row is complete");
        return row;
    }
}
