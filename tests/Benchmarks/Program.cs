using TradeFlow.Benchmarks.Cluster;
using TradeFlow.Benchmarks.Growth;
using TradeFlow.Benchmarks.Hop;
using TradeFlow.Benchmarks.Load;
using TradeFlow.Benchmarks.Micro;
using TradeFlow.Benchmarks.Sockets;
using TradeFlow.Benchmarks.Yardsticks;

return args switch
{
    // Programs of their own: what they cost is told apart from what sends to them.
    ["stand-in", var ports] => await StandInBroker.RunAsync(ports),
    ["reference", var port, var database, var broker] => await ReferenceServer.RunAsync(port, database, broker),
    ["micro", .. var options] => MicroRun.Run(options),
    ["growth", .. var options] => await GrowthRun.RunAsync(options),
    ["load", .. var options] => await LoadRun.RunAsync(LoadOptions.Read(options)),
    ["cluster", .. var options] => await ClusterRun.RunAsync(ClusterOptions.Read(options)),
    ["hop", .. var options] => await HopRun.RunAsync(options),
    ["sockets", .. var options] => await SocketRun.RunAsync(SocketOptions.Read(options)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine($"Usage: dotnet run -c Release --project tests/Benchmarks -- load {LoadOptions.Usage}");
    Console.Error.WriteLine($"       dotnet run -c Release --project tests/Benchmarks -- {GrowthRun.Usage}");
    Console.Error.WriteLine($"       dotnet run -c Release --project tests/Benchmarks -- {HopRun.Usage}");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Benchmarks -- micro [--filter *Read*]");
    Console.Error.WriteLine($"       dotnet run -c Release --project tests/Benchmarks -- cluster {ClusterOptions.Usage}");
    Console.Error.WriteLine($"       dotnet run -c Release --project tests/Benchmarks -- sockets {SocketOptions.Usage}");
    return 1;
}
