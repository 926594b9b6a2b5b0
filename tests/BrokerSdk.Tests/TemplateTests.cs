using System.IO.Compression;
using System.Xml.Linq;
using TradeFlow.Partners;

namespace TradeFlow.BrokerSdk.Tests;

/// <summary>A partner's first hour, from the packages alone: it has to work the first time.</summary>
public sealed class TemplateTests
{
    [Fact]
    public async Task A_new_connector_passes_the_kit_is_packed_and_installed()
    {
        using var workshop = await PartnerWorkshop.OpenAsync(withTool: true);
        Dependencies(workshop, "TradeFlow.BrokerSdk.1")
            .ShouldBe(["Microsoft.Extensions.Logging.Abstractions 10.0.0"], "partners inherit what is named here");
        Dependencies(workshop, "TradeFlow.BrokerSdk.Testing.1").Select(named => named.Split(' ')[0])
            .ShouldBe(["TradeFlow.BrokerSdk", "xunit.v3.assert", "xunit.v3.extensibility.core"], ignoreOrder: true);
        var folder = await workshop.NewAsync("Nordbank");
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file)
            .Contains("acme", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty("every name is the partner's own");

        var told = await workshop.TestAsync(folder);

        told.ShouldContain("Passed!");
        var built = Path.Combine(folder, "Nordbank", "bin", "plugin");
        Directory.EnumerateFiles(built).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["Nordbank.deps.json", "Nordbank.dll", "connector.json"]);
        var venue = Path.Combine(folder, "Nordbank.Tests", "bin", "Debug", "net10.0", "Nordbank.Tests.dll");

        (await ToolAsync(workshop, 0, "verify", built, "--venue", venue)).ShouldContain("nordbank 0.1.0 passes L0 to L2.");
        await ToolAsync(workshop, 0, "pack", built, "--venue", venue, "-o", workshop.Location);
        var package = Path.Combine(workshop.Location, "nordbank-0.1.0.tfconn");
        var plugins = Directory.CreateDirectory(Path.Combine(workshop.Location, "plugins")).FullName;
        await ToolAsync(workshop, 0, "install", package, plugins);
        Directory.EnumerateFileSystemEntries(plugins).ShouldHaveSingleItem().ShouldEndWith("nordbank");
        (await ToolAsync(workshop, 0, "list", plugins)).ShouldContain("L0 to L2");

        await SignedAsync(workshop, package, plugins, built, venue);
        await RefusalsAsync(workshop, package, plugins, built, venue);
    }

    // The parts of the other shapes: what is left, password with push and token with poll, is made of these and of the default.
    [Theory]
    [InlineData("token", "push")]
    [InlineData("agent", "poll")]
    public async Task Every_part_of_the_template_passes_the_kit_as_it_comes(string auth, string stream)
    {
        using var workshop = await PartnerWorkshop.OpenAsync(withTool: false);
        var folder = await workshop.NewAsync("fjord-fx", "--auth", auth, "--stream", stream);
        var texts = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);
        texts.Where(text => text.Value.Contains("acme", StringComparison.OrdinalIgnoreCase))
            .ShouldBeEmpty("every name is the partner's own");
        texts.Where(text => text.Value.Contains("#if (", StringComparison.Ordinal))
            .ShouldBeEmpty("conditions are the template's, not the partner's");

        (await workshop.TestAsync(folder)).ShouldContain("Passed!");
    }

    [Theory]
    [InlineData("TradeFlowSdkVersion", "TradeFlow.BrokerSdk")]
    [InlineData("TradeFlowKitVersion", "TradeFlow.BrokerSdk.Testing")]
    public void The_template_asks_for_the_packages_of_this_release(string property, string package)
    {
        var template = Path.Combine(PartnerWorkshop.RepositoryRoot(), "src", "TradeFlow.BrokerSdk.Templates", "content", "broker", "shared",
            "Directory.Build.props");
        var project = Path.Combine(PartnerWorkshop.RepositoryRoot(), "src", package, package + ".csproj");

        XDocument.Load(template).Descendants(property).Single().Value
            .ShouldBe(XDocument.Load(project).Descendants("Version").Single().Value);
    }

    private static List<string> Dependencies(PartnerWorkshop workshop, string package)
    {
        using var zip = ZipFile.OpenRead(Directory.EnumerateFiles(Path.Combine(workshop.Location, "feed"), package + "*.nupkg").Single());
        using var text = zip.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return [.. XDocument.Load(text).Descendants().Where(node => node.Name.LocalName == "dependency")
            .Select(node => $"{node.Attribute("id")!.Value} {node.Attribute("version")!.Value}")];
    }

    private static async Task SignedAsync(PartnerWorkshop workshop, string package, string plugins, string built, string venue)
    {
        var (key, open) = (Path.Combine(workshop.Location, "nordbank.key"), Path.Combine(workshop.Location, "nordbank.pub"));
        var made = await ToolAsync(workshop, 0, "keygen", "--publisher", "nordbank", "--out", key);
        made.ShouldNotContain("-----BEGIN", customMessage: "a private key is never printed");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await ToolAsync(workshop, 2, "keygen", "--publisher", "nordbank", "--out", key)).ShouldContain("a lost key cannot be had back");
        (await ToolAsync(workshop, 0, "verify", package)).ShouldContain("unsigned");
        (await ToolAsync(workshop, 1, "verify", package, "--publisher-key", open)).ShouldContain("unsigned");

        var told = await ToolAsync(workshop, 0, "pack", built, "--venue", venue, "-o", workshop.Location, "--key", key);
        var id = told[(told.IndexOf("with the key ", StringComparison.Ordinal) + 13)..].Trim();
        made.ShouldContain(id);
        (await ToolAsync(workshop, 0, "verify", package)).ShouldContain($"signed by nordbank, key {id} (not checked");
        (await ToolAsync(workshop, 0, "install", package, plugins, "--publisher-key", open)).ShouldContain("(checked)");
        (await ToolAsync(workshop, 0, "list", plugins, "--publisher-key", open)).ShouldContain($"signed by nordbank, key {id} (checked)");
    }

    private static async Task RefusalsAsync(PartnerWorkshop workshop, string package, string plugins, string built, string venue)
    {
        // A byte that was changed after packing.
        using (var zip = ZipFile.Open(package, ZipArchiveMode.Update))
        using (var writer = new StreamWriter(zip.GetEntry("connector.json")!.Open())) // it is in every package
            writer.Write("{ }");
        (await ToolAsync(workshop, 2, "install", package, plugins)).ShouldContain("connector.json is not as it was packed");

        File.WriteAllText(Path.Combine(built, "connector.json"),
            File.ReadAllText(Path.Combine(built, "connector.json")).Replace("\"unique\"", "\"odd\"", StringComparison.Ordinal));
        (await ToolAsync(workshop, 1, "verify", built)).ShouldContain("clientOrderId.mode: use one of none, echoed, unique.");
        (await ToolAsync(workshop, 2, "pack", built, "--venue", venue, "-o", workshop.Location)).ShouldContain("clientOrderId.mode");

        (await ToolAsync(workshop, 2, "verify", "/nowhere")).ShouldContain("Build the connector first.");
        await ToolAsync(workshop, 2, "verify");
        await ToolAsync(workshop, 2);
    }

    private static Task<string> ToolAsync(PartnerWorkshop workshop, int expected, params string[] arguments) =>
        workshop.RunAsync(workshop.Location, workshop.Tool, expected, arguments);
}
