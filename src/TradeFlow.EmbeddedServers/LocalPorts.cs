using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TradeFlow.EmbeddedServers;

public static class LocalPorts
{
    public static bool IsFree(int port) =>
        CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    /// <summary>
    /// A free port below the range from which systems take the ports of outgoing connections: one of those could take ours between choice
    /// and use.
    /// </summary>
    public static int AnyFree()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            if (IsFree(port)) return port;
        }
    }

    /// <summary>"process 4711 (python3)" where the system tells it, else null.</summary>
    public static string? Owner(int port)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            var inodes = Listening("/proc/net/tcp", port).Concat(Listening("/proc/net/tcp6", port)).ToHashSet();
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
            {
                if (Holds(process, inodes))
                    return $"process {Path.GetFileName(process)} ({File.ReadAllText(Path.Combine(process, "comm")).Trim()})";
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Only a courtesy: the sentence is right without it.
        }

        return null;
    }

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException fault)
        {
            // A machine without IPv6 has no ::1 to be taken.
            return fault.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied);
        }
    }

    private static IEnumerable<string> Listening(string table, int port)
    {
        if (!File.Exists(table)) yield break;
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[1].EndsWith(suffix, StringComparison.Ordinal) && columns[3] == "0A")
                yield return $"socket:[{columns[9]}]";
        }
    }

    private static bool Holds(string process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd"))
                .Any(handle => File.ResolveLinkTarget(handle, returnFinalTarget: false) is { } target && inodes.Contains(target.Name));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
