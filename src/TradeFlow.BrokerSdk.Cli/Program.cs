using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Cli.Commands;

// 0: as it should be. 1: the connector is not. 2: the command cannot be run as it was given.
var root = new RootCommand("Verifies, packs and installs broker connectors of the TradeFlow platform.");
root.Subcommands.Add(VerifyCommand.Make());
root.Subcommands.Add(PackCommand.Make());
root.Subcommands.Add(InstallCommand.Make());
root.Subcommands.Add(ListCommand.Make());
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CannotRunException e)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
    return ExitCodes.CannotRun;
}
