using System.CommandLine;
using Spectre.Console;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Cli.Commands;

/// <summary>
/// Makes a publisher's pair of keys: <c>acme.key</c>, which stays with its owner, and <c>acme.pub</c>, which operators of platforms get.
/// </summary>
internal static class KeygenCommand
{
    public static Command Make()
    {
        var publisher =
            new Option<string>("--publisher") { Description = $"The publisher's name: {PublisherNames.Rule}.", Required = true };
        var output = new Option<string>("--out",
            "-o") { Description = "The file of the private key; the public one lies beside it (.pub).", Required = true };
        var command = new Command("keygen", "Makes a publisher's keys to sign packages with.") { publisher, output };
        command.SetAction(
            (parsed, _) => Task.FromResult(Write(parsed.GetRequiredValue(publisher), Path.GetFullPath(parsed.GetRequiredValue(output)))));
        return command;
    }

    private static int Write(string publisher, string path)
    {
        if (!PublisherNames.IsOne(publisher))
            throw new CannotRunException($"\"{publisher}\" is no name of a publisher: use {PublisherNames.Rule}.");
        var open = Path.ChangeExtension(path, ".pub");
        if (open == path) throw new CannotRunException(
            $"{path} is where the public key would lie: give the private one another name, such as {publisher}.key.");
        foreach (var taken in new[] { path, open }.Where(File.Exists))
            throw new CannotRunException($"There is a {taken} already, and a lost key cannot be had back: choose another name.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new CannotRunException($"There is no folder {Path.GetDirectoryName(path)}.");
        using var key = SigningKey.Create(publisher);
        var passphrase = KeyFile.Passphrase("Passphrase (empty for none):");
        WriteClosed(path, key.ToPem(passphrase));
        File.WriteAllText(open, key.Public.ToPem());
        AnsiConsole.MarkupLineInterpolated($"Wrote {path}, which nobody else may have, and {open} for the operators of platforms.");
        AnsiConsole.MarkupLineInterpolated($"Publisher {publisher}, key {key.Public.Id}");
        if (passphrase is null) AnsiConsole.MarkupLineInterpolated(
            $"[yellow]The private key is not encrypted: whoever reads the file can sign as {publisher}. Set {KeyFile.PassphraseVariable} to have it encrypted.[/]");
        return ExitCodes.Good;
    }

    // Closed to others from its first byte on.
    private static void WriteClosed(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
