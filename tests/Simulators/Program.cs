using System.Runtime.InteropServices;
using TradeFlow.Simulators.ProjectX;
using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
using var ledger = new LedgerFile(configuration["Simulators:Ledger"]);
var settings = new SimulatorSettings
{
    Seed = configuration.GetValue("Simulators:Seed", new SimulatorSettings().Seed),
    Beat = TimeSpan.FromMilliseconds(configuration.GetValue("Simulators:BeatMs", 250)),
    TokenLife = configuration.GetValue<double?>("Simulators:TokenSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    LedgerFile = ledger,
};

using var ended = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);

try
{
    await using var tradeLocker =
        await TradeLockerSimulator.StartAsync(settings with { Port = configuration.GetValue("Simulators:TradeLocker:Port", 8090) });
    Console.WriteLine($"TradeLocker simulator: {tradeLocker.BaseUrl}");
    await using var projectX =
        await ProjectXSimulator.StartAsync(settings with { Port = configuration.GetValue("Simulators:ProjectX:Port", 8091) });
    Console.WriteLine($"ProjectX simulator: {projectX.Address}");

    await Task.Delay(Timeout.Infinite, ended.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    return 0;
}
catch (IOException e)
{
    await Console.Error.WriteLineAsync(
        $"{e.Message} Set Simulators__TradeLocker__Port or Simulators__ProjectX__Port to another one, or to 0 for a free one.");
    return 1;
}

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ended.Cancel();
}
