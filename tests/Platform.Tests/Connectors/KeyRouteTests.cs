using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// Every route of the API document with each key of an account: the API key opens the webhook, the agent key the heartbeat.
/// </summary>
public sealed partial class KeyRouteTests(AgentRig rig) : IClassFixture<AgentRig>
{
    private const string Heartbeat = "POST /api/ea/heartbeat";
    private const string Webhook = "POST /webhook/{broker}";

    [Fact]
    [Trait("Control", "K4")]
    public async Task A_key_opens_its_own_route_and_none_besides()
    {
        await using var owner = await rig.NewActiveAsync();
        await owner.StopAsync();
        List<string> opened = [];
        var operations = await OperationsAsync();

        foreach (var operation in operations)
        {
            // Whatever a stranger is answered, the key must make no difference to it.
            var stranger = await CallAsync(owner, operation, null);
            if (await CallAsync(owner, operation, owner.ApiKey) != stranger) opened.Add($"api: {operation}");
            if (await CallAsync(owner, operation, owner.AgentKey) != stranger) opened.Add($"agent: {operation}");
        }

        opened.ShouldBe([$"agent: {Heartbeat}", $"api: {Webhook}"], ignoreOrder: true);
        operations.Count.ShouldBeGreaterThanOrEqualTo(70);
        operations.ShouldContain(Heartbeat);
        operations.ShouldContain(Webhook);
    }

    private async Task<List<string>> OperationsAsync()
    {
        using var document = JsonDocument.Parse(await rig.NewClient().GetStringAsync("/openapi/v1.json"));
        return
        [
            .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
               from verb in path.Value.EnumerateObject()
               where verb.Value.ValueKind == JsonValueKind.Object && verb.Value.TryGetProperty("responses", out _)
               select $"{verb.Name.ToUpperInvariant()} {path.Name}",
        ];
    }

    private async Task<(HttpStatusCode Status, string? Code)> CallAsync(TerminalOwner owner, string operation, string? key)
    {
        if (operation.Split(' ') is not [var verb, var path]) throw new ArgumentException(operation, nameof(operation));
        var target = path.Replace("{broker}", "mtx", StringComparison.Ordinal)
            .Replace("{key}", "mtx_00000000_nobody", StringComparison.Ordinal);
        target = Placeholder().Replace(target, owner.Account.ToString());
        object? body = verb is "GET" or "DELETE" ? null : operation == Heartbeat ? owner.Report() : new { };
        var answer = await owner.Person.SendAsync(new HttpMethod(verb), target, body, key);
        return (answer.Status, answer.Code);
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}
