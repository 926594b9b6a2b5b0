using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Cli;
using TradeFlow.BrokerSdk.Cli.Commands;

// 0: as it should be. 1: the connector is not. 2: the command cannot be run as it was given.
var root = new RootCommand("Verifies, packs and installs broker connectors of the TradeFlow platform.");
root.Subcommands.Add(VerifyCommand.Make());
root.Subcommands.Add(PackCommand.Make());
root.Subcommands.Add(InstallCommand.Make());
root.Subcommands.Add(ListCommand.Make());
root.Subcommands.Add(KeygenCommand.Make());
root.Subcommands.Add(DoubleCommand.Make());
if (Console.IsOutputRedirected)
{
    // Into a file or another program: whole lines, no colours.
    AnsiConsole.Profile.Width = 500;
    AnsiConsole.Profile.Capabilities.Ansi = false;
}
try
{
    var parsed = root.Parse(args);
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? ExitCodes.CannotRun : code;
}
catch (CannotRunException e)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
    return ExitCodes.CannotRun;
}
