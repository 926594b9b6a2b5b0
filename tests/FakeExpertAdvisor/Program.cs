using System.Globalization;
using TradeFlow.FakeExpertAdvisor;

// A terminal as a process: TradeFlow.FakeExpertAdvisor <url> <agent key> [login] [server] [MT4|MT5] [interval in ms]
// Standard input takes: retcode 10019 · unclear 10012 · lose · autotrading off|on · quit
if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: <url> <agent key> [login] [server] [MT4|MT5] [interval in ms]");
    return 2;
}

using var http = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = TimeSpan.FromSeconds(5) };
var terminal = new Terminal { Login = Argument(2, "5001"), Server = Argument(3, "Demo-1"), Platform = Argument(4, "MT5") };
var agent = new ExpertAdvisor(http, args[1], terminal, $"fake-{Environment.ProcessId}");
using var end = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    end.Cancel();
};
using var term =
    System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
    {
        context.Cancel = true;
        end.Cancel();
    });

Console.WriteLine($"Reporting as {terminal.Login} at {terminal.Server} to {args[0]}");
var running = agent.RunAsync(TimeSpan.FromMilliseconds(int.Parse(Argument(5, "1000"), CultureInfo.InvariantCulture)), end.Token);
_ = Task.Run(Obey);
await running;
return 0;

string Argument(int index, string standard) => args.Length > index ? args[index] : standard;

void Obey()
{
    while (Console.ReadLine() is { } line)
    {
        switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["retcode", var code]: terminal.NextRetcode = int.Parse(code, CultureInfo.InvariantCulture); break;
            case ["unclear", var code]: terminal.NextUnclear = int.Parse(code, CultureInfo.InvariantCulture); break;
            case ["autotrading", var state]: terminal.AutoTrading = state == "on"; break;
            case ["lose"]: agent.Faults.LoseNextAnswer = true; break;
            case ["quit"]: end.Cancel(); break;
            default: Console.Error.WriteLine($"Not understood: {line}"); break;
        }
    }
}
