using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace TradeFlow.Tests.Shared;

/// <summary>
/// Tests are a program that the test host starts. When the host is ended from outside, by the watch over hangs or a time limit, nobody else
/// would end the program: a hanging test would go on for ever, with its servers.
/// </summary>
internal static class EndsWithItsHost
{
    [ModuleInitializer]
    internal static void Watch()
    {
        // Elsewhere a program is not told who started it.
        if (!OperatingSystem.IsLinux()) return;
        var parent = File.ReadLines("/proc/self/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal));
        var host = Process.GetProcessById(int.Parse(parent[5..], CultureInfo.InvariantCulture));
        new Thread(() =>
        {
            host.WaitForExit();
            Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true }.Start();
    }
}
