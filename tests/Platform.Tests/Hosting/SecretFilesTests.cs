using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.ServiceDefaults;

namespace TradeFlow.Platform.Tests.Hosting;

/// <summary>Secrets that lie in files, as an orchestrator mounts them.</summary>
public sealed class SecretFilesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>, IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Theory]
    [Trait("Control", "D4")]
    [InlineData("sk_test_1", "sk_test_1")]
    [InlineData("sk_test_1\n", "sk_test_1")]
    [InlineData("sk_test_1\r\n", "sk_test_1")]
    [InlineData(" with spaces \n", " with spaces ")]
    public void The_value_is_what_the_file_holds_without_its_line_end(string content, string value)
    {
        File.WriteAllText(file, content);

        With(("Stripe:SecretKey_FILE", file))["Stripe:SecretKey"].ShouldBe(value);
    }

    [Fact]
    public void A_file_that_the_machine_names_for_itself_is_not_read() =>
        With(("SSL_CERT_FILE", "/nowhere"))["SSL_CERT"].ShouldBeNull();

    [Fact]
    [Trait("Control", "D4")]
    public void Both_ways_at_once_a_missing_an_empty_and_an_endless_file_are_refused_with_a_sentence()
    {
        File.WriteAllText(file, "\n");
        Refused(("Stripe:SecretKey_FILE", file)).ShouldBe($"Stripe__SecretKey_FILE names {file}, which is empty.");
        Refused(("Stripe:SecretKey_FILE", file + ".gone"))
            .ShouldStartWith($"Stripe__SecretKey_FILE names {file}.gone, which cannot be read");
        Refused(("Stripe:SecretKey_FILE", file), ("Stripe:SecretKey", "sk"))
            .ShouldBe("Stripe__SecretKey and Stripe__SecretKey_FILE are both set: keep one of them.");
        File.WriteAllText(file, new string('x', 70_000));
        Refused(("Stripe:SecretKey_FILE", file)).ShouldContain("too large");
    }

    [Fact]
    [Trait("Control", "D4")]
    public void The_api_takes_its_master_key_from_a_file()
    {
        File.WriteAllText(file, platform.Settings["Secrets:MasterKey"] + "\n");
        using var api = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            foreach (var (key, value) in platform.Settings)
                if (value is not null)
                    host.UseSetting(key == "Secrets:MasterKey" ? key + "_FILE" : key, key == "Secrets:MasterKey" ? file : value);
        });

        api.Services.GetRequiredService<IConfiguration>()["Secrets:MasterKey"].ShouldBe(platform.Settings["Secrets:MasterKey"]);
    }

    public void Dispose() => File.Delete(file);

    private static ConfigurationManager With(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        configuration.AddSecretFiles();
        return configuration;
    }

    private static string Refused(params (string Key, string Value)[] settings) =>
        Should.Throw<InvalidOperationException>(() => With(settings)).Message;
}
