using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>Runs the connector's double of its broker, so that a platform on this machine can be tried out with it by hand.</summary>
internal static class DoubleCommand
{
    public static Command Make()
    {
        var venue = new Argument<string>("tests") { Description = "The connector's test assembly, which brings the double of its broker." };
        var command = new Command("double", "Runs the connector's double of its broker until it is interrupted.") { venue };
        command.SetAction(async (parsed, ct) =>
        {
            var path = parsed.GetRequiredValue(venue);
            await using var running = await Verification.Brought(path).OpenVenueAsync(ct);
            AnsiConsole.MarkupLineInterpolated($"Symbol {running.Symbol}. Connect with {string.Join(", ", running.Credentials.Select(entry => $"{entry.Key} = {entry.Value}"))}.");
            foreach (var (name, endpoint) in running.Endpoints) AnsiConsole.MarkupLineInterpolated($"{name}: {endpoint}");
            AnsiConsole.MarkupLine("Start the platform with Brokers__<slug>__SimUrl set to the address. Ctrl+C ends the double.");
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            catch (OperationCanceledException)
            {
                // Interrupted, as it was asked.
            }
            return ExitCodes.Good;
        });
        return command;
    }
}
