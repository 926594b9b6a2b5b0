using Spectre.Console;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Cli;

/// <summary>
/// Keys on disk, and the passphrase of the private one: from the environment, or asked for at a terminal. It is never an argument, which
/// every process of the machine can read.
/// </summary>
internal static class KeyFile
{
    public const string PassphraseVariable = "TRADEFLOW_KEY_PASSPHRASE";

    /// <exception cref="CannotRunException">There is no such key, or no way to decrypt it.</exception>
    public static SigningKey Read(string path)
    {
        var pem = Text(path);
        try
        {
            return SigningKey.Parse(pem, SigningKey.IsEncrypted(pem) ? Passphrase($"Passphrase of {Path.GetFileName(path)}:") : null);
        }
        catch (FormatException e)
        {
            throw new CannotRunException($"{path} cannot be used: {e.Message}.");
        }
    }

    /// <exception cref="CannotRunException">It is no public key.</exception>
    public static PublisherKey ReadPublic(string path)
    {
        try
        {
            return PublisherKey.Parse(Text(path));
        }
        catch (FormatException e)
        {
            throw new CannotRunException($"{path} cannot be used: {e.Message}.");
        }
    }

    /// <returns><c>null</c> when none was given.</returns>
    public static string? Passphrase(string question)
    {
        if (Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } given) return given;
        if (Console.IsInputRedirected || Console.IsOutputRedirected) return null;
        return AnsiConsole.Prompt(new TextPrompt<string>(question.EscapeMarkup()).Secret().AllowEmpty()) is { Length: > 0 } typed
            ? typed : null;
    }

    private static string Text(string path) => File.Exists(path)
        ? File.ReadAllText(path) : throw new CannotRunException($"There is no {path}. Make a key with tradeflow-broker keygen.");
}
