using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel.Forms;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>The brokers that can be connected, each with the form to connect it as JSON Schema.</summary>
internal static class BrokerCatalogue
{
    /// <param name="Connect">How it is connected: <c>form</c>, or <c>agentPairing</c> when a program in the user's terminal reports (GET
    /// /api/accounts/{id}/agent).</param>
    internal sealed record View(
        string Broker, IReadOnlyList<string> Aliases, string Name, string? Description, string Version, string Status, string? Reason,
        IReadOnlyList<string> Modes, JsonObject Credentials, ConnectorCapabilities Capabilities, string Connect);

    internal static Ok<List<View>> List(PluginCatalogue catalogue, IHostEnvironment environment) =>
        TypedResults.Ok(catalogue.All.Select(entry => Of(entry, environment)).ToList());

    private static View Of(CatalogueEntry entry, IHostEnvironment environment)
    {
        var manifest = entry.Manifest;
        return new View(manifest.Slug, manifest.Aliases, manifest.Name, manifest.Description, manifest.Version,
            JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.State.ToString()), entry.Reason, [.. ModesOf(manifest, environment)
                .Select(mode => mode.Mode)], Schema(manifest, environment), manifest.Capabilities, manifest.Connect.Flow);
    }

    /// <summary>The modes that are offered here: a local simulator is for developers.</summary>
    public static IReadOnlyList<ConnectorEnvironment> ModesOf(ConnectorManifest manifest, IHostEnvironment environment) =>
        [.. manifest.Environments.Where(mode => !mode.DevelopmentOnly || environment.IsDevelopment())];

    private static JsonObject Schema(ConnectorManifest manifest, IHostEnvironment environment)
    {
        var schema = FormSchema.Of(manifest.Name, manifest.Connect.Notice, manifest.Connect.Fields);
        var properties = schema["properties"]!.AsObject(); // every form has them
        properties["mode"] = Mode(ModesOf(manifest, environment), properties.Count + 1);
        schema["required"]!.AsArray().Add((JsonNode)"mode"); // and these
        return schema;
    }

    private static JsonObject Mode(IReadOnlyList<ConnectorEnvironment> modes, int order)
    {
        var labels = new JsonObject();
        foreach (var mode in modes) labels[mode.Mode] = mode.Label;
        return new JsonObject
        {
            ["type"] = "string",
            ["title"] = "Mode",
            ["enum"] = new JsonArray([.. modes.Select(mode => (JsonNode)mode.Mode)]),
            ["default"] = modes.Count > 0 ? modes[0].Mode : null,
            ["x-enum-labels"] = labels,
            ["x-order"] = order,
        };
    }
}
