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
using var interrupted = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, End);
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, End);

await using var tradeLocker = await TradeLockerSimulator.StartAsync(settings with { Port = configuration.GetValue("Simulators:TradeLocker:Port", 8090) });
Console.WriteLine($"TradeLocker simulator: {tradeLocker.BaseUrl}");
await using var projectX = await ProjectXSimulator.StartAsync(settings with { Port = configuration.GetValue("Simulators:ProjectX:Port", 8091) });
Console.WriteLine($"ProjectX simulator: {projectX.Address}");

await Task.Delay(Timeout.Infinite, ended.Token).ContinueWith(_ => { }, TaskScheduler.Default);

void End(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    ended.Cancel();
}
