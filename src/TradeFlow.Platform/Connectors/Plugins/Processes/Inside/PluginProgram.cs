using Microsoft.Win32.SafeHandles;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>The program that a plugin runs in: nothing but the plugin, and the line to the Worker, on standard input and output.</summary>
internal static class PluginProgram
{
    /// <summary>Runs until the Worker is gone, or ends it.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        // Whether this machine lets it run so is tried with a word.
        if (args is ["probe"])
        {
            Console.Out.WriteLine(ProbeAnswer);
            return 0;
        }
        BeTheFirstToGo();
        // The line is the plugin's no more than the Worker's memory is: what it prints goes nowhere.
        using var input = Open(0, FileAccess.Read);
        using var output = Open(1, FileAccess.Write);
        Console.SetIn(TextReader.Null);
        Console.SetOut(TextWriter.Null);
        var plugin = new ServedPlugin();
        Peer? worker = null;
        using var peer = worker = new Peer(input, output, ProcessLimits.FromWorker, (frame, ct) => plugin.ServeAsync(worker!, frame,
            ct)); // set before it is started
        peer.Start("worker");
        await peer.Ended;
        return 0;
    }

    internal const string ProbeAnswer = "It runs.";

    private static FileStream Open(int number, FileAccess access) =>
        new(new SafeFileHandle(number, ownsHandle: false), access, bufferSize: 0);

    // When memory runs out, the system ends this one first.
    private static void BeTheFirstToGo()
    {
        try
        {
            if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its own limits hold all the same.
        }
    }
}
