using System.Text;
using TradeFlow.Platform.Tenancy;

namespace TradeFlow.Worker;

/// <summary>
/// <c>promote-admin --email ada@example.com [--password-file path]</c>. Without a file the password is asked for, or read from what is
/// piped in: on a command line everybody on the machine could read it.
/// </summary>
internal static class PromoteAdminCommand
{
    private const string Usage = "Usage: promote-admin --email ada@example.com [--password-file path]. " +
        "The password is asked for, or piped in, and never stands on the command line.";

    /// <returns>The exit code: 0 done, 1 refused, 2 the database could not be asked.</returns>
    public static async Task<int> RunAsync(string[] args, IConfiguration configuration, CancellationToken ct)
    {
        var (email, file) = args switch
        {
            ["--email", var one] => (one, null),
            ["--email", var one, "--password-file", var path] => (one, path),
            ["--password-file", var path, "--email", var one] => (one, path),
            _ => ((string?)null, (string?)null),
        };
        if (email is null)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 1;
        }
        try
        {
            return await TenancyModule.PromoteAdminAsync(configuration, email, await PasswordAsync(email, file, ct), Console.Out, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The file of the password cannot be read: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is InvalidOperationException or Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync($"Nothing was changed: {e.Message}");
            return 2;
        }
    }

    private static async Task<string> PasswordAsync(string email, string? file, CancellationToken ct)
    {
        // The line's end is not part of it.
        if (file is not null) return (await File.ReadAllTextAsync(file, ct)).TrimEnd('\r', '\n');
        if (Console.IsInputRedirected) return await Console.In.ReadLineAsync(ct) ?? "";
        await Console.Error.WriteAsync($"The new password of {email}: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar != '\0') typed.Append(key.KeyChar);
        }
        await Console.Error.WriteLineAsync();
        return typed.ToString();
    }
}
