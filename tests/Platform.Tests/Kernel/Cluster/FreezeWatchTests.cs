using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel.Cluster;

public sealed class FreezeWatchTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const int Generation = 7;

    [Theory]
    [InlineData(20, 11111, Generation, SiloStatus.Dead, true)]
    [InlineData(20, 11111, Generation, SiloStatus.Active, false)]
    [InlineData(20, 11111, Generation - 1, SiloStatus.Dead, false)]
    [InlineData(20, 11112, Generation, SiloStatus.Dead, false)]
    [InlineData(1, 11111, Generation, SiloStatus.Dead, false)]
    public async Task A_process_ends_that_was_stopped_for_long_and_is_taken_for_dead(
        int seconds, int port, int generation, SiloStatus status, bool ends)
    {
        await using (var command = platform.Database.System.CreateCommand($"""
            delete from orleans.members;
            insert into orleans.clusters (id) values ('here') on conflict do nothing;
            insert into orleans.members (cluster_id, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
            values ('here', '127.0.0.1', {port}, {generation}, 'w', 'h', {(int)status}, 1, now(), now())
            """))
            await command.ExecuteNonQueryAsync();
        var words = "";
        using var watch = New(text => words = text);

        watch.Look(TimeSpan.FromSeconds(seconds));

        words.Contains("stopped for 20", StringComparison.Ordinal).ShouldBe(ends);
    }

    private FreezeWatch New(Action<string> end) =>
        new(new Seat(), Options.Create(new ClusterOptions { ClusterId = "here" }), platform.Database, NullLogger<FreezeWatch>.Instance)
        {
            End = end,
        };

    private sealed class Seat : ILocalSiloDetails
    {
        public string Name => "w";
        public string ClusterId => "here";
        public string DnsHostName => "h";
        public SiloAddress SiloAddress { get; } = SiloAddress.New(IPAddress.Loopback, 11111, Generation);
        public SiloAddress GatewayAddress => SiloAddress;
    }
}
