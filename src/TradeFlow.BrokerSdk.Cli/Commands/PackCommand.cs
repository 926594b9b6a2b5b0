using System.CommandLine;
using System.IO.Compression;
using System.Text;
using Spectre.Console;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>Verifies, then writes <c>acme-1.4.0.tfconn</c>: the files, the report and the sums of both. A copy of the manifest lies beside it for whoever lists packages.</summary>
internal static class PackCommand
{
    // The time of every entry, so that the same files make the same package.
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Command Make()
    {
        var plugin = new Argument<string>("plugin") { Description = "The built folder (bin/plugin)." };
        var venue = new Option<string>("--venue") { Description = "The connector's test assembly, which brings the double of its broker.", Required = true };
        var output = new Option<string>("--output", "-o") { Description = "The folder to write into.", DefaultValueFactory = _ => "." };
        var command = new Command("pack", "Verifies a built connector and makes its package.") { plugin, venue, output };
        command.SetAction(async (parsed, ct) =>
        {
            using var built = BuiltPlugin.Open(parsed.GetRequiredValue(plugin));
            var manifest = built.ReadManifest();
            var report = await Verification.RunAsync(built, parsed.GetRequiredValue(venue), seed: 1, isQuiet: true, ct);
            if (!report.Passed)
            {
                AnsiConsole.MarkupLine("[red]Nothing was packed: only what passes L0 to L2 is.[/]");
                return ExitCodes.Failed;
            }
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(output)).FullName;
            var name = $"{manifest.Slug}-{manifest.Version}";
            await WriteAsync(built, report.ToJson() + "\n", Path.Combine(folder, name + BuiltPlugin.PackageExtension), ct);
            File.Copy(Path.Combine(built.Folder, BuiltPlugin.ManifestFile), Path.Combine(folder, name + ".connector.json"), overwrite: true);
            AnsiConsole.MarkupLineInterpolated($"Packed {Path.Combine(folder, name + BuiltPlugin.PackageExtension)}");
            return ExitCodes.Good;
        });
        return command;
    }

    private static async Task WriteAsync(BuiltPlugin built, string report, string path, CancellationToken ct)
    {
        var entries = new List<(string Name, byte[] Content)>();
        foreach (var (name, file) in built.Files()) entries.Add((name, await File.ReadAllBytesAsync(file, ct)));
        entries.Add((BuiltPlugin.ReportFile, Encoding.UTF8.GetBytes(report)));
        var sums = string.Concat(entries.Select(entry => $"{BuiltPlugin.HashOf(entry.Content)}  {entry.Name}\n"));
        entries.Add((BuiltPlugin.SumsFile, Encoding.UTF8.GetBytes(sums)));

        // Beside its place first: nobody finds half a package.
        var unfinished = path + ".new";
        await using (var file = File.Create(unfinished))
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name);
                entry.LastWriteTime = Epoch;
                await using var stream = await entry.OpenAsync(ct);
                await stream.WriteAsync(content, ct);
            }
        }
        File.Move(unfinished, path, overwrite: true);
    }
}
