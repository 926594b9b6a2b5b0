using System.Globalization;

namespace TradeFlow.EmbeddedServers;

/// <summary>
/// The pid file in a data folder. We hold the folder's lock, so whoever it names is left over from a run that ended badly.
/// </summary>
internal static class PostgresLock
{
    internal static async Task ClearAsync(string folder, Action<string> say, CancellationToken ct)
    {
        var path = Path.Combine(folder, "postmaster.pid");
        if (!File.Exists(path)) return;

        var first = (await File.ReadAllLinesAsync(path, ct)).FirstOrDefault();
        if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsPostgresOn(id, folder))
        {
            say($"PostgreSQL of an earlier run (process {id}) still has {folder}: ending it.");
            Signals.Send(id, Signals.Int);
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
            bound.CancelAfter(TimeSpan.FromSeconds(10));
            try
            {
                while (IsPostgresOn(id, folder)) await Task.Delay(50, bound.Token);
            }
            catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
            {
                throw new StartException(
                    $"PostgreSQL of an earlier run (process {id}) does not end and has {folder}: end it (kill {id}), then start again.",
                    late);
            }
        }

        // A number that another program has got since would stop PostgreSQL from starting.
        File.Delete(path);
    }

    private static bool IsPostgresOn(int id, string folder)
    {
        if (!OperatingSystem.IsLinux()) return false; // Elsewhere PostgreSQL judges the file by itself.
        try
        {
            var command = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/cmdline");
            return command.Contains("postgres", StringComparison.Ordinal) && command.Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
