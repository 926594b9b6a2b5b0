using System.Runtime.CompilerServices;

namespace TradeFlow.BrokerSdk.Tests;

public sealed class ManifestTests
{
    internal const string Least = """
        {"slug":"acme","id":"com.acme.broker","name":"Acme","version":"1.0.0","sdk":"^1.0","entryAssembly":"Acme.dll",
         "environments":[{"mode":"demo","label":"Demo"}],
         "capabilities":{"orderTypes":["market"],"positionMode":"netting","quantityUnit":"units","stream":"poll"},
         "clientOrderId":{"mode":"none"},"lookup":{},"connect":{"fields":[{"key":"token","label":"Token"}]}}
        """;

    [Fact]
    public void What_a_manifest_leaves_out_has_the_cautious_default()
    {
        var manifest = ConnectorManifest.Parse(Least);

        manifest.Lookup.SettleSeconds.ShouldBe(120);
        manifest.ClientOrderId.MaxLength.ShouldBe(24);
        manifest.Connect.SchemaVersion.ShouldBe(1);
        var field = manifest.Connect.Fields.ShouldHaveSingleItem();
        field.Required.ShouldBeTrue();
        field.Type.ShouldBe("text");
        field.MaxLength.ShouldBe(256);
        manifest.Aliases.ShouldBeEmpty();
        manifest.Egress.ShouldBeEmpty();
        manifest.RateLimits.ShouldBeEmpty();
        manifest.Environments[0].Endpoints.ShouldBeEmpty();
        manifest.Environments[0].DevelopmentOnly.ShouldBeFalse();
    }

    [Fact]
    public void A_manifest_that_was_written_reads_the_same()
    {
        var manifest = ConnectorManifest.Parse(Least);

        ConnectorManifest.Parse(manifest.ToJson()).ToJson().ShouldBe(manifest.ToJson());
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "empty")]
    [InlineData("[]", "connector.json")]
    [InlineData("{}", "slug")]
    public void A_text_that_is_no_manifest_is_named(string text, string word) =>
        Should.Throw<FormatException>(() => ConnectorManifest.Parse(text)).Message.ShouldContain(word);

    [Theory]
    [InlineData("\"aliases\":null,\"slug\"")]
    [InlineData("\"colour\":\"red\",\"slug\"")]
    public void Null_and_unknown_members_are_refused(string instead) =>
        Should.Throw<FormatException>(() => ConnectorManifest.Parse(Least.Replace("\"slug\"", instead, StringComparison.Ordinal)));

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var text = Least.Replace("\"acme\"", "\"Acme Inc\"", StringComparison.Ordinal)
            .Replace("\"1.0.0\"", "\"one\"", StringComparison.Ordinal)
            .Replace("\"^1.0\"", "\"latest\"", StringComparison.Ordinal)
            .Replace("\"Acme.dll\"", "\"../Acme.dll\"", StringComparison.Ordinal);

        var message = Should.Throw<FormatException>(() => ConnectorManifest.Parse(text)).Message;

        foreach (var member in new[] { "slug", "version", "sdk", "entryAssembly" }) message.ShouldContain(member + ":");
    }

    [Fact]
    public void Every_manifest_of_this_repository_is_sound()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root(), "plugins"), "connector.json", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")).ToList();

        files.ShouldNotBeEmpty();
        var ours = typeof(ConnectorManifest).Assembly.GetName().Version!; // every assembly of ours has one
        foreach (var file in files) ConnectorManifest.Parse(File.ReadAllText(file)).Sdk.ShouldBe($"^{ours.Major}.{ours.Minor}", file);
    }

    private static string Root([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "TradeFlow.sln"))) return folder;
        throw new InvalidOperationException("TradeFlow.sln is in no folder above this file.");
    }
}
