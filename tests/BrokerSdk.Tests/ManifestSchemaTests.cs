using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace TradeFlow.BrokerSdk.Tests;

/// <summary>The shipped schema and the record are one thing said twice: whoever changes one is told about the other.</summary>
public sealed class ManifestSchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(ConnectorManifest.JsonSchema)!.AsObject();

    [Fact]
    public void The_schema_has_the_members_of_the_record_and_requires_the_same()
    {
        List<string> differences = [];
        Compare(ManifestJson.Default.ConnectorManifest, Schema, "manifest", differences);

        differences.ShouldBeEmpty();
    }

    [Fact]
    public void Every_object_of_the_schema_is_closed()
    {
        foreach (var (name, definition) in Schema["$defs"]!.AsObject().Append(new("manifest", Schema)))
            definition!["additionalProperties"]!.GetValueKind().ShouldBe(JsonValueKind.False, name);
    }

    [Theory]
    [InlineData("\"stream\":\"poll\"", "\"stream\":\"pull\"", "capabilities.stream: use one of push, poll.")]
    [InlineData("\"market\"", "\"iceberg\"", "capabilities.orderTypes[0]: use one of market, limit, stop.")]
    [InlineData("\"lookup\":{}", "\"lookup\":{\"settleSeconds\":-1}", "lookup.settleSeconds: must be at least 0.")]
    [InlineData("\"lookup\":{}", "\"lookup\":{\"settle\":1}", "lookup.settle: there is no such member; did you mean settleSeconds?")]
    [InlineData("\"lookup\":{}", "\"lookup\":{},\"poll\":{\"busySeconds\":0}", "poll.busySeconds: must be at least 0.1.")]
    [InlineData("\"mode\":\"none\"", "\"mode\":1", "clientOrderId.mode: use one of none, echoed, unique.")]
    [InlineData("\"version\":\"1.0.0\"", "\"version\":\"1.0\"", "version: use a semantic version such as 1.0.0.")]
    [InlineData("\"connect\":{", "\"egress\":[\"https://a.example\"],\"connect\":{", "egress[0]: name a host")]
    [InlineData("\"label\":\"Token\"", "\"label\":\"Token\",\"type\":\"select\"", "connect.fields 'token': a select needs options.")]
    [InlineData("\"label\":\"Token\"", "\"label\":\"Token\",\"optionsSource\":\"servers\"",
        "connect.fields 'token': only a select has options.")]
    [InlineData("\"label\":\"Token\"", "\"label\":\"Token\",\"type\":\"select\",\"options\":[\"a\"],\"optionsSource\":\"servers\"",
        "connect.fields 'token': options and optionsSource exclude each other.")]
    [InlineData("\"key\":\"token\"", "\"key\":\"answers\"", "connect.fields 'answers': the platform itself has a field of this key.")]
    [InlineData("\"label\":\"Token\"", "\"label\":\"Token\",\"visibleWhen\":{\"field\":\"later\",\"in\":[\"a\"]}",
        "visibleWhen: there is no field 'later' before it.")]
    [InlineData("\"label\":\"Token\"", "\"label\":\"Token\",\"pattern\":\"[\"", "the pattern is no regular expression.")]
    [InlineData("\"key\":\"token\"", "\"key\":\"mode\"", "connect.fields 'mode': the platform itself has a field of this key.")]
    [InlineData("\"label\":\"Token\"", "\"label\":\"Token\",\"type\":\"password\"", "a password is a secret")]
    public void A_fault_is_told_with_its_place_and_the_mend(string sound, string faulty, string told)
    {
        ManifestTests.Least.ShouldContain(sound);

        Should.Throw<FormatException>(() =>
            ConnectorManifest.Parse(ManifestTests.Least.Replace(sound, faulty, StringComparison.Ordinal))).Message.ShouldContain(told);
    }

    [Fact]
    public void Missing_misspelt_and_wrong_members_are_told_together()
    {
        var text = ManifestTests.Least.Replace("\"slug\"", "\"slugg\"", StringComparison.Ordinal)
            .Replace("\"netting\"", "7", StringComparison.Ordinal).Replace("\"^1.0\"", "\"1.0\"", StringComparison.Ordinal);

        var message = Should.Throw<FormatException>(() => ConnectorManifest.Parse(text)).Message;

        foreach (var told in new[] { "slugg: there is no such member; did you mean slug?", "slug: is missing.",
            "capabilities.positionMode: use one of hedging, netting.", "sdk: use ^major.minor" })
            message.ShouldContain(told);
    }

    [Fact]
    public void All_that_a_manifest_can_say_survives_writing_and_reading()
    {
        const string all = """
            {"$schema":"connector.schema.json","slug":"acme","aliases":["ac"],"id":"com.acme.broker","name":"Acme","version":"1.2.3-rc.1","sdk":"^1.0","entryAssembly":"Acme.dll","description":"d",
             "owner":"Acme Ltd","support":"help@acme.example","homepage":"https://acme.example","license":"MIT",
             "environments":[{"mode":"live","label":"Live","developmentOnly":true,"endpoints":{"api":{"url":"https://api.acme.example/","setting":"LiveUrl"}}}],
             "capabilities":{"orderTypes":["market","stop"],"brackets":true,"partialClose":true,"modify":true,"fillsAtReferencePrice":true,"positionMode":"hedging","quantityUnit":"lots","stream":"push",
               "tradingDayStart":"17:00","tradingDayZone":"America/New_York"},
             "clientOrderId":{"mode":"unique","maxLength":31},"lookup":{"byClientOrderId":true,"byBrokerOrderId":true,"includesClosed":true,"settleSeconds":3},
             "poll":{"busySeconds":1.5,"idleSeconds":10},"rateLimits":[{"class":"order","scope":"ip","permits":5,"perSeconds":0.5}],
             "connect":{"schemaVersion":2,"loginField":"user","notice":"n","fields":[
               {"key":"user","label":"User","type":"select","options":["a","b"],"default":"a","required":false,"help":"h","placeholder":"p","pattern":"[ab]","maxLength":1,"autocomplete":"username"},
               {"key":"leverage","label":"Leverage","type":"number","min":1,"max":30,"visibleWhen":{"field":"user","in":["a"]}},
               {"key":"token","label":"Token","type":"password","secret":true}],"flow":"agentPairing"},
             "agent":{"downloads":[{"file":"agent/a.mq5","label":"A"}],"steps":["s"],"notice":"n"},
             "egress":["*.acme.example"]}
            """;

        JsonNode.DeepEquals(JsonNode.Parse(WithoutDefaults(ConnectorManifest.Parse(all).ToJson())), JsonNode.Parse(WithoutDefaults(all)))
            .ShouldBeTrue();
    }

    // Members that the writer adds because they have a default.
    private static string WithoutDefaults(string json)
    {
        var root = JsonNode.Parse(json)!;
        foreach (var field in root["connect"]!["fields"]!.AsArray().Select(field => field!.AsObject()))
        {
            foreach (var (name, standard) in new[]
            {
                ("type", "\"text\""), ("required", "true"), ("secret", "false"), ("maxLength", "256")
            })
                if (field[name]?.ToJsonString() == standard) field.Remove(name);
        }
        return root.ToJsonString();
    }

    private static void Compare(JsonTypeInfo type, JsonObject schema, string path, List<string> differences)
    {
        var members = schema["properties"]!.AsObject();
        var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
        differences.AddRange(members.Select(member => member.Key).Except(type.Properties.Select(property => property.Name))
            .Select(name => $"{path}.{name} is in the schema alone"));
        foreach (var property in type.Properties)
        {
            if (members[property.Name] is not JsonObject member)
            {
                differences.Add($"{path}.{property.Name} is in the record alone");
                continue;
            }
            if (property.IsRequired != required.Contains(property.Name))
                differences.Add($"{path}.{property.Name} is required in one of the two only");
            var below = ManifestJson.Default.GetTypeInfo(property.PropertyType)!; // all of its types are in the context
            if (below.Kind is JsonTypeInfoKind.Enumerable)
                (below, member) = (ManifestJson.Default.GetTypeInfo(below.ElementType!)!, member["items"]!.AsObject());
            if (below.Kind is JsonTypeInfoKind.Dictionary)
                (below, member) = (ManifestJson.Default.GetTypeInfo(below.ElementType!)!, member["additionalProperties"]!.AsObject());
            if (below.Kind is not JsonTypeInfoKind.Object) continue;
            var name = member["$ref"]!.GetValue<string>()["#/$defs/".Length..];
            Compare(below, Schema["$defs"]![name]!.AsObject(), $"{path}.{property.Name}", differences);
        }
    }
}
