using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

/// <summary>What a person can mend is one sentence with the mend, and exit code 1.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("TRADEFLOW_PORT", "api")]
    [InlineData("Simulators__ProjectX__Port", "simulators")]
    [InlineData("TRADEFLOW_DASHBOARD_PORT", "the Aspire dashboard")]
    [InlineData("TRADEFLOW_OTLP_PORT", "the telemetry of the Aspire dashboard")]
    public async Task A_port_in_use_names_the_program_that_has_it_and_the_setting_that_moves_it(string setting, string part)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await Fails(Folders.New(), (setting, port),
            $"TradeFlow cannot start. Port {port}, which {part} needs, is in use by process {Environment.ProcessId} (",
            $"choose another port with {setting}=…");
    }

    [Theory]
    [InlineData("TRADEFLOW_PG_BIN", "/nowhere", "TRADEFLOW_PG_BIN=/nowhere has no programs postgres and initdb")]
    [InlineData("TRADEFLOW_PG_BIN", "none", "There is no PostgreSQL on this machine")]
    [InlineData("TRADEFLOW_REDIS_BIN", "none", "There is no Redis on this machine")]
    public async Task A_missing_program_is_named_with_the_ways_to_get_it(string setting, string value, string sentence)
    {
        await Fails(Folders.New(), (setting, value), "TradeFlow cannot start. " + sentence);
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_data_is_told_who_has_them()
    {
        var folder = Folders.New();
        using var first = new DataFolder(new ConfigurationBuilder().AddInMemoryCollection([new("TRADEFLOW_DATA", folder)]).Build(), folder);
        first.Open();

        await Fails(folder, [], $"Another AppHost (process {Environment.ProcessId}) already runs on {folder}");
    }

    [Fact]
    public async Task Data_of_another_PostgreSQL_are_left_alone()
    {
        var folder = Folders.New();
        Directory.CreateDirectory(Path.Combine(folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres", "PG_VERSION"), "9\n");

        await Fails(folder, [], "were written by PostgreSQL 9, and this machine has");
    }

    [Fact]
    public async Task A_damaged_file_of_secrets_is_not_replaced()
    {
        var folder = Folders.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "secrets.json"), "{ broken");

        await Fails(folder, [], "secrets.json is damaged");

        (await File.ReadAllTextAsync(Path.Combine(folder, "secrets.json"))).ShouldBe("{ broken");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_named()
    {
        var file = Path.GetTempFileName();

        await Fails(Path.Combine(file, "data"), [], "cannot be written to");

        File.Delete(file);
    }

    [Fact]
    public async Task A_setting_that_stops_the_programs_ends_the_start_with_their_words()
    {
        var said = await Fails(Folders.New(), [("Parameters__master-key", "short")],
            "TradeFlow cannot start. ", " times in a row: Secrets:MasterKey must be at least 32 bytes in base64.");
        // Once more where its last words were not there yet; not until it is hopeless.
        said.ShouldNotContain("ended 8 times");
    }

    private static Task<string> Fails(string data, (string, string) setting, params string[] says) => Fails(data, [setting], says);

    private static async Task<string> Fails(string data, (string, string)[] settings, params string[] says)
    {
        await using var host = new AppHostProcess(data, environment: settings);
        (await host.ExitCode()).ShouldBe(1, host.Output);
        foreach (var text in says) host.Output.ShouldContain(text);
        host.Output.ShouldNotContain("   at ", customMessage: "a stack trace is no sentence");
        return host.Output;
    }
}
