using System.CommandLine;
using System.IO.Compression;
using System.Text;
using Spectre.Console;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>
/// Verifies, then writes <c>acme-1.4.0.tfconn</c>: the files, the report, the sums of both and, with a key, its signature. A copy of the
/// manifest lies beside it for whoever lists packages.
/// </summary>
internal static class PackCommand
{
    // The time of every entry, so that the same files make the same package.
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Command Make()
    {
        var plugin = new Argument<string>("plugin") { Description = "The built folder (bin/plugin)." };
        var venue = new Option<string>("--venue")
        {
            Description = "The connector's test assembly, which brings the double of its broker.", Required = true
        };
        var output = new Option<string>("--output", "-o") { Description = "The folder to write into.", DefaultValueFactory = _ => "." };
        var key = new Option<string?>("--key")
        {
            Description = "The publisher's private key (keygen) to sign with. Without it the package is unsigned."
        };
        var command = new Command("pack", "Verifies a built connector and makes its package.") { plugin, venue, output, key };
        command.SetAction(async (parsed, ct) =>
        {
            using var built = BuiltPlugin.Open(parsed.GetRequiredValue(plugin));
            var manifest = built.ReadManifest();
            // Before the cases run: a wrong passphrase is told at once.
            using var signing = parsed.GetValue(key) is { } path ? KeyFile.Read(path) : null;
            var report = await Verification.RunAsync(built, parsed.GetRequiredValue(venue), seed: 1, isQuiet: true, ct);
            if (!report.Passed)
            {
                AnsiConsole.MarkupLine("[red]Nothing was packed: only what passes L0 to L2 is.[/]");
                return ExitCodes.Failed;
            }
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(output)).FullName;
            var name = $"{manifest.Slug}-{manifest.Version}";
            await WriteAsync(built, report.ToJson() + "\n", signing, Path.Combine(folder, name + BuiltPlugin.PackageExtension), ct);
            File.Copy(Path.Combine(built.Folder, BuiltPlugin.ManifestFile), Path.Combine(folder, name + ".connector.json"),
                overwrite: true);
            AnsiConsole.MarkupLineInterpolated($"Packed {Path.Combine(folder, name + BuiltPlugin.PackageExtension)}");
            if (signing is null) AnsiConsole.MarkupLine(
                "[yellow]It is unsigned: outside Development a platform loads it only if its operator lists it. Sign with --key.[/]");
            else AnsiConsole.MarkupLineInterpolated($"Signed by {signing.Publisher} with the key {signing.Public.Id}");
            return ExitCodes.Good;
        });
        return command;
    }

    private static async Task WriteAsync(BuiltPlugin built, string report, SigningKey? key, string path, CancellationToken ct)
    {
        var files = built.Files();
        files[BuiltPlugin.ReportFile] = Encoding.UTF8.GetBytes(report);
        var sums = FileSums.Write(files);
        files[FileSums.FileName] = sums;
        if (key is not null) files[PackageSignature.FileName] = Encoding.UTF8.GetBytes(key.Sign(sums).ToJson());

        // Beside its place first: nobody finds half a package.
        var unfinished = path + ".new";
        await using (var file = File.Create(unfinished))
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
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
