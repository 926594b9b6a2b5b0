using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>What lies in a plugin directory, with everything that is wrong with it.</summary>
internal static class ListCommand
{
    public static Command Make()
    {
        var directory = new Argument<string>("plugins") { Description = "A plugin directory of the platform." };
        var keys = Signatures.KeysOption();
        var command = new Command("list", "Lists the connectors of a plugin directory.") { directory, keys };
        command.SetAction(
            (parsed, _) => Task.FromResult(List(parsed.GetRequiredValue(directory), Signatures.ReadKeys(parsed.GetValue(keys)))));
        return command;
    }

    private static int List(string directory, IReadOnlyList<PublisherKey> keys)
    {
        if (!Directory.Exists(directory)) throw new CannotRunException($"There is no folder {directory}.");
        var table = new Table().AddColumns("Broker", "Version", "SDK", "Modes", "Conformance", "Publisher", "Folder");
        var broken = false;
        foreach (var folder in Directory.EnumerateDirectories(directory)
            .Where(folder => File.Exists(Path.Combine(folder, BuiltPlugin.ManifestFile))).Order(StringComparer.Ordinal))
        {
            using var built = BuiltPlugin.Open(folder);
            try
            {
                var manifest = built.ReadManifest();
                var seal = Signatures.Of(PackageFiles.Read(folder), keys);
                broken |= seal.IsWrong;
                table.AddRow(manifest.Slug.EscapeMarkup(), manifest.Version.EscapeMarkup(), manifest.Sdk.EscapeMarkup(),
                    string.Join(", ", manifest.Environments.Select(mode => mode.Mode)).EscapeMarkup(), Conformance(folder), seal.IsWrong
                        ? $"[red]{seal.Text.EscapeMarkup()}[/]" : seal.Text.EscapeMarkup(), Path.GetFileName(folder).EscapeMarkup());
            }
            catch (CannotRunException e)
            {
                broken = true;
                table.AddRow("[red]—[/]", "", "", "", $"[red]{e.Message.EscapeMarkup()}[/]", "", Path.GetFileName(folder).EscapeMarkup());
            }
        }
        AnsiConsole.Write(table);
        return broken ? ExitCodes.Failed : ExitCodes.Good;
    }

    private static string Conformance(string folder)
    {
        var path = Path.Combine(folder, BuiltPlugin.ReportFile);
        if (!File.Exists(path)) return "no report";
        try
        {
            var report = ConformanceReport.Parse(File.ReadAllText(path));
            return report.Passed ? $"[green]L0 to L2[/] (kit {report.KitVersion.EscapeMarkup()})" : "[red]failed[/]";
        }
        catch (FormatException)
        {
            return "[red]unreadable report[/]";
        }
    }
}
