using System.Text.Json;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Hosting;

/// <summary>
/// Every parameter of every address that can be read, taken from the description of the Api, so that a new one is among them.
/// </summary>
public sealed class HostileParameterTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [Trait("Control", "I2")]
    [InlineData("'")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData("$1")]
    [InlineData("'; select 1 / 0; --")]
    [InlineData("') or ('1' = '1")]
    public async Task Text_that_is_sql_stays_text(string text)
    {
        var admin = await Person.AdministratorAsync(api);
        var tried = 0;
        foreach (var (path, parameters) in await ReadsAsync(admin))
            foreach (var parameter in parameters)
            {
                var address = Filled(path, parameter, text);
                var answer = await admin.GetAsync(address);

                ((int)answer.Status).ShouldBeLessThan(500, address);
                tried++;
            }
        tried.ShouldBeGreaterThan(40);
    }

    private static async Task<List<(string Path, List<string> Parameters)>> ReadsAsync(Person person)
    {
        List<(string, List<string>)> reads = [];
        foreach (var path in (await person.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").EnumerateObject())
            if (path.Value.TryGetProperty("get", out var get) && get.TryGetProperty("parameters", out var parameters))
                reads.Add((path.Name, [.. parameters.EnumerateArray().Select(NameOf)]));
        return reads;
    }

    private static string NameOf(JsonElement parameter) => parameter.GetProperty("name").GetString()!;

    private static string Filled(string path, string parameter, string text)
    {
        var value = Uri.EscapeDataString(text);
        var address = path.Replace($"{{{parameter}}}", value, StringComparison.Ordinal);
        if (address == path) address = $"{path}?{parameter}={value}";
        return address.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{broker}", "paper", StringComparison.Ordinal).Replace("{field}", "server", StringComparison.Ordinal)
            .Replace("{file}", "a.mq5", StringComparison.Ordinal);
    }
}
