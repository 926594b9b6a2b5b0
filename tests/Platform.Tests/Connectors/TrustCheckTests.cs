using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Whose files may run, and what is said of those that may not.</summary>
[Trait("Control", "P1")]
public sealed class TrustCheckTests : IDisposable
{
    private readonly SigningKey acme = SigningKey.Create("acme");
    private readonly PluginFolders folders = new();

    public static TheoryData<string> SignedFiles =>
        ["TradeFlow.SamplePlugins.Good.dll", "TradeFlow.SamplePlugins.Good.deps.json", "connector.json", "conformance.json"];

    [Fact]
    public void What_an_allowed_publisher_has_signed_runs_and_bears_its_name()
    {
        var folder = Signed();

        Judge(folder, SignedFolders.Options(acme)).ShouldBe((new PluginOrigin(PluginTrust.Signature, "acme", acme.Public.Id), null));
    }

    [Theory]
    [MemberData(nameof(SignedFiles))]
    public void One_changed_byte_is_refused_and_its_file_named_even_in_development(string file)
    {
        var folder = Signed();
        Flip(Path.Combine(folder, file));

        Refusal(folder, SignedFolders.Options(acme), "Development").ShouldContain($"{file} is not as it was packed");
    }

    [Fact]
    public void One_changed_byte_of_the_list_or_of_the_signature_is_refused()
    {
        var list = Signed("List");
        var sums = Path.Combine(list, FileSums.FileName);
        File.WriteAllText(sums,
            File.ReadAllText(sums).ToUpperInvariant().Replace("CONNECTOR.JSON", "connector.json", StringComparison.Ordinal));
        Refusal(list).ShouldContain(FileSums.FileName);

        var respelled = Signed("Respelled");
        sums = Path.Combine(respelled, FileSums.FileName);
        File.AppendAllText(sums, "\n");
        Refusal(respelled).ShouldContain("the list was changed, or the signature is that of another package");

        var signature = Signed("Signature");
        var path = Path.Combine(signature, PackageSignature.FileName);
        var parsed = PackageSignature.Parse(File.ReadAllText(path));
        parsed.Value[10] ^= 1;
        File.WriteAllText(path, parsed.ToJson());
        Refusal(signature).ShouldContain("the list was changed, or the signature is that of another package");

        File.WriteAllText(path, "{ }");
        Refusal(signature).ShouldContain("SIGNATURE cannot be read");
    }

    [Fact]
    public void A_file_that_is_missing_or_added_is_refused_and_named()
    {
        var missing = Signed("Missing");
        File.Delete(Path.Combine(missing, "conformance.json"));
        Refusal(missing).ShouldContain("conformance.json is missing");

        var added = Signed("Added");
        Directory.CreateDirectory(Path.Combine(added, "lib"));
        File.WriteAllText(Path.Combine(added, "lib", "extra.dll"), "");
        Refusal(added).ShouldContain("lib/extra.dll does not belong to it");
    }

    [Fact]
    public void A_signature_of_another_package_is_refused()
    {
        var other = Signed("Other", ("\"1.0.0\"", "\"1.1.0\""));
        var folder = Signed();
        File.Copy(Path.Combine(other, PackageSignature.FileName), Path.Combine(folder, PackageSignature.FileName), overwrite: true);

        Refusal(folder).ShouldContain("the signature is that of another package");
    }

    [Fact]
    public void A_key_that_is_not_allowed_is_refused_by_its_id()
    {
        using var stranger = SigningKey.Create("acme");
        var folder = Signed(by: stranger);

        Refusal(folder).ShouldContain($"signed by acme with the key {stranger.Public.Id}, which is not allowed");
        Judge(folder, SignedFolders.Options(acme), "Development").ShouldBe((PluginOrigin.Unknown, null));
    }

    [Fact]
    public void One_publisher_cannot_sign_in_the_name_of_another()
    {
        using var nordbank = SigningKey.Create("nordbank");
        var folder = Signed(by: nordbank);
        var path = Path.Combine(folder, PackageSignature.FileName);
        File.WriteAllText(path, (PackageSignature.Parse(File.ReadAllText(path)) with { Publisher = "acme" }).ToJson());

        Refusal(folder, SignedFolders.Options(acme, nordbank)).ShouldContain("names acme as its publisher, but the key");

        File.WriteAllText(path, (PackageSignature.Parse(File.ReadAllText(path)) with { KeyId = acme.Public.Id }).ToJson());
        Refusal(folder, SignedFolders.Options(acme, nordbank)).ShouldContain("is not one of acme over this");
    }

    [Fact]
    public void A_publisher_changes_its_key_with_both_allowed_for_a_while()
    {
        using var next = SigningKey.Create("acme");
        var (before, after) = (Signed("Before"), Signed("After", by: next));
        var both = SignedFolders.Options(acme, next);

        Judge(before, both).Origin.KeyId.ShouldBe(acme.Public.Id);
        Judge(after, both).Origin.KeyId.ShouldBe(next.Public.Id);

        both.RevokedKeys.Add(acme.Public.Id.ToUpperInvariant());
        Refusal(before, both, "Development").ShouldContain($"Its key {acme.Public.Id} is revoked");
        Judge(after, both).Refusal.ShouldBeNull();
    }

    [Fact]
    public void A_lock_does_not_help_a_revoked_key_or_a_broken_signature()
    {
        var folder = Signed();
        File.WriteAllText(Path.Combine(folders.Location, PluginLock.FileName), PluginLock.Write(folders.Location));
        var revoked = SignedFolders.Options(acme);
        revoked.RevokedKeys.Add(acme.Public.Id);
        Refusal(folder, revoked).ShouldContain("is revoked");

        Flip(Path.Combine(folder, "connector.json"));
        File.WriteAllText(Path.Combine(folders.Location, PluginLock.FileName), PluginLock.Write(folders.Location));
        Refusal(folder).ShouldContain("connector.json is not as it was packed");
    }

    [Theory]
    [InlineData("Production", null, false)]
    [InlineData("Staging", null, false)]
    [InlineData("Development", null, true)]
    [InlineData("Development", true, false)]
    [InlineData("Production", false, true)]
    public void An_unsigned_plugin_runs_only_where_no_signature_is_asked_for(string environment, bool? required, bool runs)
    {
        var folder = folders.Drop("Good", "Sample");
        var (origin, refusal) = Judge(folder, new PluginOptions { RequireSignature = required }, environment);

        origin.ShouldBe(PluginOrigin.Unknown);
        if (runs) refusal.ShouldBeNull();
        else refusal.ShouldNotBeNull().ShouldContain("It is unsigned.");
    }

    [Fact]
    public void What_the_build_lists_runs_and_nothing_else_under_its_name()
    {
        var folder = folders.Drop("Good", "Sample");
        File.WriteAllBytes(PluginLock.BuiltFile(folder), FileSums.Write(PackageFiles.Read(folder).Contents));
        Judge(folder, new PluginOptions()).ShouldBe((new PluginOrigin(PluginTrust.Lock) { IsOwn = true }, null));

        File.WriteAllText(Path.Combine(folder, "left-over.dll"), "");
        Refusal(folder).ShouldContain("left-over.dll does not belong to it. Remove the folder and build it again.");
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    [Trait("Control", "P1")]
    public void A_lock_that_others_than_its_owner_may_write_proves_nothing(UnixFileMode others)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = folders.Drop("Good", "Sample");
        var path = Path.Combine(folders.Location, PluginLock.FileName);
        File.WriteAllText(path, PluginLock.Write(folders.Location));
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | others);

        Refusal(folder).ShouldContain("chmod go-w");
    }

    [Fact]
    public void A_link_is_refused_wherever_it_points()
    {
        var folder = Signed();
        var file = Path.Combine(folder, "TradeFlow.SamplePlugins.Good.dll");
        File.Move(file, Path.Combine(folders.Location, "elsewhere.dll"));
        File.CreateSymbolicLink(file, Path.Combine(folders.Location, "elsewhere.dll"));
        Refusal(folder, environment: "Development").ShouldContain("TradeFlow.SamplePlugins.Good.dll is a link: put the file itself there");

        var broken = Signed("Broken");
        Directory.CreateSymbolicLink(Path.Combine(broken, "loop"), broken);
        Refusal(broken, environment: "Development").ShouldContain("loop is a link");
    }

    [Fact]
    public void A_list_that_leads_out_of_the_folder_is_refused()
    {
        var folder = folders.Drop("Good", "Sample");
        var sums = FileSums.Write(PackageFiles.Read(folder).Contents.Append(new("../outside.dll", [])));
        File.WriteAllBytes(Path.Combine(folder, FileSums.FileName), sums);
        File.WriteAllText(Path.Combine(folder, PackageSignature.FileName), acme.Sign(sums).ToJson());

        Refusal(folder).ShouldContain("\"../outside.dll\" is no name of a file inside the package");
    }

    [Fact]
    public void A_publisher_that_is_set_up_wrongly_stops_the_start_with_the_name_of_the_setting()
    {
        using var other = SigningKey.Create("other");
        var options = SignedFolders.Options(acme, other, acme);
        options.Publishers[1].PublicKey = other.ToPem(passphrase: null);
        options.Publishers.Add(new AllowedPublisher { Name = "Nord Bank", PublicKey = "abc" });
        options.RevokedKeys.Add("abc");
        List<ValidationResult> wrong = [];

        Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true).ShouldBeFalse();

        var told = string.Join('\n', wrong.Select(one => one.ErrorMessage));
        told.ShouldContain("Plugins:Publishers:1:PublicKey: this is a private key");
        told.ShouldContain("Plugins:Publishers:2:PublicKey: this key is listed already");
        told.ShouldContain("Plugins:Publishers:3:Name");
        told.ShouldContain("Plugins:Publishers:3:PublicKey: this is no public key");
        told.ShouldContain("Plugins:RevokedKeys:0");
        told.ShouldNotContain("-----");
    }

    public void Dispose()
    {
        acme.Dispose();
        folders.Dispose();
    }

    private string Signed(string name = "Sample", (string, string)? manifest = null, SigningKey? by = null) =>
        folders.Drop("Good", name, folder =>
        {
            File.WriteAllText(Path.Combine(folder, "conformance.json"), "{ }");
            SignedFolders.Sign(folder, by ?? acme);
        }, manifest is { } change ? [change] : []);

    private static void Flip(string path)
    {
        var content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);
    }

    private string Refusal(string folder, PluginOptions? options = null, string environment = "Production")
    {
        var (origin, refusal) = Judge(folder, options ?? SignedFolders.Options(acme), environment);
        origin.ShouldBe(PluginOrigin.Unknown);
        return refusal.ShouldNotBeNull();
    }

    private static (PluginOrigin Origin, string? Refusal) Judge(string folder, PluginOptions options, string environment = "Production")
    {
        var settings = new HostApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = environment, DisableDefaults = true });
        var files = PackageFiles.Read(folder);
        return new TrustCheck(Options.Create(options), settings.Environment)
            .Judge(new PluginFolder(folder, ""), files, "sample", files.Hash());
    }
}
