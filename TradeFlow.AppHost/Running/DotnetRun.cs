using System.Globalization;

namespace TradeFlow.AppHost;

/// <summary>
/// The <c>dotnet run</c> that started us, if any. Killed hard it cannot pass the signal on, and the whole system would run on without a
/// terminal.
/// </summary>
internal static class DotnetRun
{
    internal static async Task EndedAsync(CancellationToken ct)
    {
        var parent = ParentOf("self");
        if (parent is null || !IsDotnetRun(parent)) await Task.Delay(Timeout.Infinite, ct);
        while (ParentOf("self") == parent) await Task.Delay(TimeSpan.FromSeconds(1), ct);
    }

    private static bool IsDotnetRun(string parent)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{parent}/cmdline").Split('\0');
            return Path.GetFileName(command[0]) == "dotnet" && command is [_, "run" or "watch", ..];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The fourth field, behind the name in parentheses, which may hold anything.
    private static string? ParentOf(string process)
    {
        var path = $"/proc/{process}/stat";
        if (!File.Exists(path)) return null;
        var text = File.ReadAllText(path);
        return text[(text.LastIndexOf(')') + 2)..].Split(' ')[1].ToString(CultureInfo.InvariantCulture);
    }
}
