using System.Runtime.InteropServices;

namespace TradeFlow.EmbeddedServers;

public static partial class Signals
{
    public const int Int = 2;
    public const int Kill = 9;
    public const int Term = 15;

    public static void Send(int process, int signal)
    {
        if (!OperatingSystem.IsWindows()) _ = SendSignal(process, signal);
    }

    /// <summary>Whether the process is there and more than a name that its parent has not asked for yet.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return SendSignal(process, 0) == 0;
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int target, int signal);
}
