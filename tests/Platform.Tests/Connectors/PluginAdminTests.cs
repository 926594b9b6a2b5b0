using System.Net;
using System.Security.Cryptography;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class PluginAdminTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Report = """
        { "passed": true, "kitVersion": "1.0.0", "entryAssemblySha256": "HASH",
          "cases": [ { "id": "TC-A10", "verdict": "Passed" }, { "id": "TC-B20", "verdict": "Passed" }, { "id": "TC-C30", "verdict": "Skipped" } ] }
        """;

    [Fact]
    public async Task An_administrator_sees_each_version_with_state_reason_sessions_and_report()
    {
        var admin = await Person.AdministratorAsync(api);
        await using var rig = await WorkerRig.StartAsync(api.Platform, folders =>
        {
            folders.Drop("Good", "Sample", folder => File.WriteAllText(Path.Combine(folder, "conformance.json"),
                Report.Replace("HASH", HashIn(folder), StringComparison.Ordinal)));
            folders.Drop("Good", "Stale", folder => File.WriteAllText(Path.Combine(folder, "conformance.json"), Report),
                ("\"sample\"", "\"stale\""), ("\"example\"", "\"other\""));
            folders.Drop("Good", "Newer", folder => PluginFolders.BuildAgainst(folder, new Version(1, 99, 0, 0)),
                ("\"sample\"", "\"newer\""), ("\"example\"", "\"another\""));
        });
        await rig.SessionAsync(rig.Accounts.Add().Account, CancellationToken.None);
        await Eventually.True(() => rig.Status("sample")?.Sessions == 1, TimeSpan.FromSeconds(10), "the session is counted");

        var list = (await admin.GetAsync("/api/admin/plugins")).Json.EnumerateArray()
            .ToDictionary(row => row.GetProperty("broker").GetString()!);

        var sample = list["sample"];
        sample.GetProperty("state").GetString().ShouldBe("active");
        sample.GetProperty("sha256").GetString().ShouldBe(rig.Status("sample")!.Sha256);
        await Eventually.True(async () => (await RowAsync(admin, "sample")).GetProperty("sessions").GetInt32() == 1,
            TimeSpan.FromSeconds(5), "the session is shown");
        var report = sample.GetProperty("conformance");
        (report.GetProperty("passed").GetBoolean(), report.GetProperty("is_of_this_build").GetBoolean()).ShouldBe((true, true));
        (report.GetProperty("cases_passed").GetInt32(), report.GetProperty("cases_skipped").GetInt32()).ShouldBe((2, 1));
        list["stale"].GetProperty("conformance").GetProperty("is_of_this_build").GetBoolean().ShouldBeFalse();
        list["newer"].GetProperty("state").GetString().ShouldBe("not_supported");
        list["newer"].GetProperty("reason").GetString()!.ShouldContain("update the platform to one with SDK 1.99");
    }

    [Fact]
    public async Task An_administrator_sees_who_has_signed_a_version_and_that_another_is_unsigned()
    {
        var admin = await Person.AdministratorAsync(api);
        using var acme = SigningKey.Create("acme");
        await using var rig = await WorkerRig.StartAsync(api.Platform, folders =>
        {
            folders.Drop("Good", "Sample", folder => SignedFolders.Sign(folder, acme));
            folders.Drop("Good", "Unsigned", ("\"sample\"", "\"unsigned\""), ("\"example\"", "\"other\""));
        }, settings: SignedFolders.Allowing(acme));

        var signed = await RowAsync(admin, "sample");
        (signed.GetProperty("publisher").GetString(), signed.GetProperty("key_id").GetString()).ShouldBe(("acme", acme.Public.Id));
        (signed.GetProperty("signed").GetBoolean(), signed.GetProperty("trust").GetString()).ShouldBe((true, "signature"));
        var unsigned = await RowAsync(admin, "unsigned");
        (unsigned.GetProperty("state").GetString(), unsigned.GetProperty("signed").GetBoolean(), unsigned.GetProperty("trust").GetString())
            .ShouldBe(("active", false, "none"));
    }

    [Fact]
    public async Task Reload_reads_the_folders_at_once()
    {
        var admin = await Person.AdministratorAsync(api);
        // Neither the poll nor the file system would tell within the test: no folder is there to watch at start.
        await using var rig = await WorkerRig.StartAsync(api.Platform,
            settings: new() { ["Plugins:PollSeconds"] = "60", ["Plugins:Directories:0"] = "/tmp/" + Guid.NewGuid().ToString("N") });
        rig.Plugins.Statuses.ShouldBeEmpty();
        var directory = rig.Worker<Microsoft.Extensions.Options.IOptions<PluginOptions>>().Value.Directories[0];
        Directory.Move(rig.Folders.Drop("Good", "Sample"), Directory.CreateDirectory(directory).FullName + "/Sample");
        try
        {
            (await admin.PostAsync("/api/admin/plugins/reload")).Status.ShouldBe(HttpStatusCode.Accepted);

            await rig.UntilAsync("sample", PluginState.Active);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("GET", "/api/admin/plugins")]
    [InlineData("POST", "/api/admin/plugins/reload")]
    [Trait("Control", "D1")]
    public async Task For_everybody_else_there_is_no_such_route(string method, string path)
    {
        var owner = await Person.SignUpAsync(api);

        (await owner.SendAsync(new HttpMethod(method), path, null, owner.AccessToken)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await owner.SendAsync(new HttpMethod(method), path, null, token: null)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<System.Text.Json.JsonElement> RowAsync(Person admin, string broker) =>
        (await admin.GetAsync("/api/admin/plugins")).Json.EnumerateArray().Single(row => row.GetProperty("broker").GetString() == broker);

    private static string HashIn(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "TradeFlow.SamplePlugins.Good.dll"))));
}
