using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>Makes a Worker a member of the cluster, and the Api a client of it (docs/adr/0020).</summary>
internal static class ClusterSetup
{
    // Who is silent for three seconds is dead, and who asks is not kept waiting for longer than it takes to find that out.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan Answer = TimeSpan.FromSeconds(2.5);
    internal const string Service = "tradeflow";

    public static void AddSilo(this IHostApplicationBuilder builder)
    {
        var seat = builder.Configuration.GetSection("Cluster").Get<SeatOptions>() ?? new SeatOptions();
        builder.Services.AddOptions<SeatOptions>().BindConfiguration("Cluster").ValidateDataAnnotations().ValidateOnStart();
        // What is none ends the start at the option's own check.
        var address = IPAddress.TryParse(seat.Address, out var known) ? known : IPAddress.Loopback;
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (NameOf(builder.Configuration), Service))
            .UseAdoNetClustering(clustering => clustering.Configure<Database>(
                (options, database) => (options.Invariant, options.DataSource) = ("Npgsql", database.Members)))
            .ConfigureEndpoints(address, Or(seat.SiloPort), Or(seat.GatewayPort), listenOnAnyHostAddress: !IPAddress.IsLoopback(address))
            .Configure<ClusterMembershipOptions>(options =>
            {
                (options.ProbeTimeout, options.MaxProbeTimeout, options.NumMissedProbesLimit) = (Probe, LongestProbe, 3);
                (options.TableRefreshTimeout, options.IAmAliveTablePublishTimeout) = (BetweenReadings, BetweenReadings);
                options.DefunctSiloExpiration = TimeSpan.FromDays(1);
            })
            .Configure<SiloMessagingOptions>(options => options.ResponseTimeout = Answer)
            .Services.AddSerializer(AddShapes));
        builder.Services.AddSingleton<IWorkers, SiloWorkers>();
        builder.Services.AddHostedService<FreezeWatch>();
    }

    internal static void AddShapes(ISerializerBuilder serializer) => serializer.AddAssembly(typeof(ClusterSetup).Assembly);

    // Those on one database are one cluster, whatever else runs on the machine.
    internal static string NameOf(IConfiguration configuration) =>
        new NpgsqlConnectionStringBuilder(Database.ConnectionOf(Database.SystemRole, configuration)).Database ?? "tradeflow";

    private static int Or(int port)
    {
        if (port > 0) return port;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
