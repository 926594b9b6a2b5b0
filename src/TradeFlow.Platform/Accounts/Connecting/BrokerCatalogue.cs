using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>The brokers that can be connected, each with the form to connect it as JSON Schema.</summary>
internal static class BrokerCatalogue
{
    /// <param name="Connect">How it is connected: <c>form</c>, or <c>agentPairing</c> when a program in the user's terminal reports (GET /api/accounts/{id}/agent).</param>
    internal sealed record View(
        string Broker, IReadOnlyList<string> Aliases, string Name, string? Description, string Version, string Status, string? Reason, IReadOnlyList<string> Modes,
        JsonObject Credentials, ConnectorCapabilities Capabilities, string Connect);

    internal static Ok<List<View>> List(PluginCatalogue catalogue, IHostEnvironment environment) =>
        TypedResults.Ok(catalogue.All.Select(entry => Of(entry, environment)).ToList());

    private static View Of(CatalogueEntry entry, IHostEnvironment environment)
    {
        var manifest = entry.Manifest;
        return new View(manifest.Slug, manifest.Aliases, manifest.Name, manifest.Description, manifest.Version, JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.State.ToString()), entry.Reason,
            [.. ModesOf(manifest, environment).Select(mode => mode.Mode)], Schema(manifest, environment), manifest.Capabilities, manifest.Connect.Flow);
    }

    /// <summary>The modes that are offered here: a local simulator is for developers.</summary>
    public static IReadOnlyList<ConnectorEnvironment> ModesOf(ConnectorManifest manifest, IHostEnvironment environment) =>
        [.. manifest.Environments.Where(mode => !mode.DevelopmentOnly || environment.IsDevelopment())];

    private static JsonObject Schema(ConnectorManifest manifest, IHostEnvironment environment)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        var order = 0;
        foreach (var field in manifest.Connect.Fields)
        {
            properties[field.Key] = Property(field, ++order);
            // A field that a condition hides cannot be required of every body; x-required says that it is once it shows.
            if (field.Required && field.VisibleWhen is null) required.Add((JsonNode)field.Key);
        }
        properties["mode"] = Mode(ModesOf(manifest, environment), ++order);
        required.Add((JsonNode)"mode");
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["type"] = "object",
            ["title"] = manifest.Name,
            ["additionalProperties"] = false,
            ["required"] = required,
            ["properties"] = properties,
        };
        if (manifest.Connect.Notice is { } notice) schema["x-notice"] = notice;
        return schema;
    }

    private static JsonObject Property(FormField field, int order)
    {
        var property = new JsonObject { ["type"] = field.Type switch { "number" => "number", "bool" => "boolean", _ => "string" }, ["title"] = field.Label, ["x-order"] = order };
        if (field.Type is "email") property["format"] = "email";
        if (field.Type is "url") property["format"] = "uri";
        if (field.Type is "password" || field.Secret) property["format"] = "password";
        if (field.Secret || field.Type is "password") property["writeOnly"] = true;
        if (field.Help is { } help) property["description"] = help;
        if (field.Placeholder is { } placeholder) property["examples"] = new JsonArray(placeholder);
        if (field.Pattern is { } pattern) property["pattern"] = Whole(pattern);
        if (field.Type is not ("number" or "bool" or "select")) property["maxLength"] = field.MaxLength;
        if (field.Type is not ("number" or "bool") && field.Required) property["minLength"] = 1;
        if (field.Options is { Count: > 0 } options) property["enum"] = new JsonArray([.. options.Select(option => (JsonNode)option)]);
        if (field.Min is { } least) property["minimum"] = least;
        if (field.Max is { } most) property["maximum"] = most;
        if (field.VisibleWhen is { } condition)
        {
            property["x-visible-when"] = new JsonObject { ["field"] = condition.Field, ["in"] = new JsonArray([.. condition.In.Select(value => (JsonNode)value)]) };
            property["x-required"] = field.Required;
        }
        if (field.Default is { } standard) property["default"] = standard;
        if (field.Autocomplete is { } autocomplete) property["x-autocomplete"] = autocomplete;
        return property;
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

    private static string Whole(string pattern) => $"^(?:{pattern})$";
}
