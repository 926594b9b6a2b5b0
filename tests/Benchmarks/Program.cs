using System.Diagnostics;
using TradeFlow.Benchmarks;

if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- http://localhost:8080 [--seconds 10] [--traders 4] [--connections 32] [--yardstick \"Host=…\"]");
    return 1;
}

var address = new Uri(args[0]);
var seconds = Number("--seconds", 10);
var connections = Number("--connections", 32);
var traders = await Task.WhenAll(Enumerable.Range(0, Number("--traders", 40)).Select(_ => Trader.ConnectAsync(address)));

var open = await Load.OpenLoopAsync(traders, perSecond: 20, TimeSpan.FromSeconds(seconds));
Console.WriteLine($"open loop, 20/s      : {open}");
var closed = await Load.ClosedLoopAsync(traders, connections, TimeSpan.FromSeconds(seconds));
Console.WriteLine($"closed loop, {connections,2} conns: {closed}");
if (Text("--yardstick") is { } database)
{
    var yardstick = await Yardstick.RunAsync(database, connections, TimeSpan.FromSeconds(seconds));
    Console.WriteLine($"yardstick, {connections,2} conns  : {yardstick}");
    Console.WriteLine($"ratio                : {closed.PerSecond / yardstick.PerSecond:0.00} x");
}
return 0;

int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, null) : otherwise;

string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
