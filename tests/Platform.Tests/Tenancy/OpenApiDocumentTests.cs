using System.Text.Json;
using System.Text.Json.Nodes;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>The dashboard's types are generated from the committed copy of the Api's own description: they may not drift apart.</summary>
public sealed class OpenApiDocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Accept = "TRADEFLOW_ACCEPT";
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_dashboard_is_built_against_the_served_document()
    {
        var served = JsonNode.Parse(await api.NewClient().GetStringAsync("/openapi/v1.json"))!.ToJsonString(Indented)
            .ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Repository.Root, "src", "TradeFlow.Dashboard", "openapi.json");
        if (Environment.GetEnvironmentVariable(Accept) is not null) await File.WriteAllTextAsync(file, served);

        var committed = (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n");

        committed.ShouldBe(served, $"The Api's document changed. Run this test with {Accept}=1, then `npm run api` and `npm run typecheck` in src/TradeFlow.Dashboard.");
    }
}
