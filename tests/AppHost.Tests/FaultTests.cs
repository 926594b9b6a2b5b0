using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TradeFlow.AppHost.Tests;

/// <summary>What a person can mend is one sentence with the mend, and exit code 1.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_port_in_use_names_the_program_that_has_it_and_the_setting_that_moves_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await using var host = new AppHostProcess("port", Folders.New(), ("WANTED_PORT", port));

        await Fails(host, $"TradeFlow cannot start. Port {port}, which redis needs, is in use by process {Environment.ProcessId} (", "choose another port with WANTED_PORT=…");
    }

    [Theory]
    [InlineData("TRADEFLOW_PG_BIN", "/nowhere", "TRADEFLOW_PG_BIN=/nowhere has no programs postgres and initdb")]
    [InlineData("TRADEFLOW_PG_BIN", "none", "There is no PostgreSQL on this machine")]
    [InlineData("TRADEFLOW_REDIS_BIN", "none", "There is no Redis on this machine")]
    public async Task A_missing_program_is_named_with_the_ways_to_get_it(string setting, string value, string sentence)
    {
        await using var host = new AppHostProcess("servers", Folders.New(), (setting, value));

        await Fails(host, "TradeFlow cannot start. " + sentence);
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_data_is_told_who_has_them()
    {
        await using var first = new AppHostProcess("servers", Folders.New());
        await first.Healthy();

        await using var second = new AppHostProcess("servers", first.Data);
        var owner = await File.ReadAllTextAsync(Path.Combine(first.Data, "apphost.pid"));

        (await second.ExitCode()).ShouldBe(1);
        second.Output.ShouldContain($"Another AppHost (process {owner}) already runs on {first.Data}");
        (await RedisPing.AsyncTo(first.AddressOf("redis"))).ShouldBe("+PONG", "the first one goes on");
        first.Signal(AppHostProcess.Term);
        await first.ExitCode();
    }

    [Fact]
    public async Task Data_of_another_PostgreSQL_are_left_alone()
    {
        var folder = Folders.New();
        Directory.CreateDirectory(Path.Combine(folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres", "PG_VERSION"), "9\n");

        await using var host = new AppHostProcess("servers", folder);

        await Fails(host, "were written by PostgreSQL 9, and this machine has");
    }

    [Fact]
    public async Task A_damaged_file_of_secrets_is_not_replaced()
    {
        var folder = Folders.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "secrets.json"), "{ broken");

        await using var host = new AppHostProcess("servers", folder);

        await Fails(host, "secrets.json is damaged");
        (await File.ReadAllTextAsync(Path.Combine(folder, "secrets.json"))).ShouldBe("{ broken");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_named()
    {
        var file = Path.GetTempFileName();

        await using var host = new AppHostProcess("servers", Path.Combine(file, "data"));

        await Fails(host, "cannot be written to");
        File.Delete(file);
    }

    private static async Task Fails(AppHostProcess host, params string[] says)
    {
        (await host.ExitCode()).ShouldBe(1);
        foreach (var text in says) host.Output.ShouldContain(text);
        host.Output.ShouldNotContain("   at ", customMessage: "a stack trace is no sentence");
    }
}
