using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Local;

/// <summary>
/// A shell that waits on a pipe from this process. When the pipe ends, this process is dead, however it died, and the shell ends every group of
/// children that is left. The death signal of Linux reaches direct children only; this reaches grandchildren (npm, Vite), and other systems.
/// </summary>
internal static class Watchdog
{
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP
        list=' '
        while read -r verb what; do
          case $verb in
            watch) list="$list$what " ;;
            forget) list=$(printf '%s' "$list" | sed "s# $what # #") ;;
            folder) folders="$folders $what" ;;
          esac
        done
        alive() { for p in $list; do kill -s 0 -- "-$p" 2>/dev/null || kill -s 0 "$p" 2>/dev/null && return 0; done; return 1; }
        alive && sleep 1
        for p in $list; do kill -s TERM -- "-$p" 2>/dev/null || kill -s TERM "$p" 2>/dev/null; done
        n=0
        while alive && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
        for p in $list; do kill -s KILL -- "-$p" 2>/dev/null || kill -s KILL "$p" 2>/dev/null; done
        for f in $folders; do case $f in */tradeflow-*) rm -rf "$f" ;; esac; done
        """;

    private static readonly Lock Gate = new();
    private static StreamWriter? pipe;

    internal static void Watch(int process) => Tell($"watch {process.ToString(CultureInfo.InvariantCulture)}");

    internal static void Forget(int process) => Tell($"forget {process.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>A temporary folder that nobody else would remove.</summary>
    internal static void Remove(string folder) => Tell($"folder {folder}");

    private static void Tell(string line)
    {
        if (OperatingSystem.IsWindows()) return;
        lock (Gate)
        {
            try
            {
                pipe ??= Start();
                pipe.WriteLine(line);
                pipe.Flush();
            }
            catch (IOException)
            {
                // Somebody ended the watchdog: the next line goes to a new one. What it watched still has the death signal.
                pipe = null;
            }
        }
    }

    private static StreamWriter Start()
    {
        // In a session of its own: Ctrl+C in the terminal must not reach it.
        var command = Children.Tool("setsid") is { } setsid ? new ProcessStartInfo(setsid, ["/bin/sh", "-c", Script, "tradeflow-watchdog"]) : new ProcessStartInfo("/bin/sh", ["-c", Script, "tradeflow-watchdog"]);
        command.UseShellExecute = false;
        command.RedirectStandardInput = true;
        var process = Process.Start(command) ?? throw new InvalidOperationException("/bin/sh did not start.");
        return process.StandardInput;
    }
}
