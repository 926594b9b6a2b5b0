using System.Diagnostics;
using Npgsql;

namespace TradeFlow.AppHost.Tests;

public sealed class RestartTests
{
    [Fact]
    public async Task A_killed_Redis_or_PostgreSQL_is_back_within_5_seconds_and_it_is_said()
    {
        await using var host = new AppHostProcess("servers", Folders.New());
        await host.Healthy();

        foreach (var server in new[] { "redis", "postgres" })
        {
            var clock = Stopwatch.StartNew();
            AppHostProcess.Send(host.ProcessOf(server), AppHostProcess.Kill);

            await host.Says($"{server} (process {host.ProcessOf(server)}) ended with signal 9; starting it again.");
            await host.Says($"{server} is back");
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }

        (await RedisPing.AsyncTo(host.AddressOf("redis"))).ShouldBe("+PONG");
    }

    [Fact]
    public async Task Data_ports_and_passwords_survive_a_second_start()
    {
        var folder = Folders.New();
        string first;
        await using (var servers = await KeptServers.StartAsync(folder))
        {
            first = servers.Connection;
            await servers.ExecuteAsync("create table kept (what text); insert into kept values ('this')");
        }

        await using (var servers = await KeptServers.StartAsync(folder))
        {
            servers.Connection.ShouldBe(first);
            (await servers.ExecuteAsync("select what from kept")).ShouldBe("this");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_pid_file_of_a_dead_process_does_not_stop_the_start()
    {
        var folder = Folders.New();
        await using (await KeptServers.StartAsync(folder))
        {
        }

        // The number of a process that lives and is no PostgreSQL: PostgreSQL itself would refuse to start.
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres", "postmaster.pid"), $"{Environment.ProcessId}\n{folder}/postgres\n1\n5432\n\n127.0.0.1\n");

        await using (var servers = await KeptServers.StartAsync(folder)) (await servers.ExecuteAsync("select 'alive'")).ShouldBe("alive");
        Directory.Delete(folder, recursive: true);
    }
}
