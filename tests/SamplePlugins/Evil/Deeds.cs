using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TradeFlow.SamplePlugins.Evil;

/// <summary>One deed each, and in words what came of it.</summary>
internal static class Deeds
{
    public static async Task<string> DoAsync(string deed)
    {
        var (name, argument) = deed.Split(' ', 2) is [var first, var rest] ? (first, rest) : (deed, "");
        try
        {
            return name switch
            {
                "environment" =>
                    string.Join('\n', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                        .Select(one => $"{one.Key}={one.Value}")),
                "read" => $"It says {(await File.ReadAllTextAsync(argument))[..10]}",
                "write" => await WriteAsync(argument),
                "fill" => await FillAsync(),
                "list" => string.Join(' ', Directory.EnumerateFileSystemEntries(argument).Select(Path.GetFileName)),
                "connect" => await ConnectAsync(argument),
                "processes" =>
                    string.Join(' ', Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(one => int.TryParse(one,
                        out _))),
                "kill" => Kill(int.Parse(argument, CultureInfo.InvariantCulture)),
                "fork" => Fork(),
                "allocate" => Allocate(),
                "take" => Take(),
                _ => "Nothing was done.",
            };
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static async Task<string> WriteAsync(string path)
    {
        await File.WriteAllTextAsync(path, "evil");
        return "It was written.";
    }

    private static async Task<string> FillAsync()
    {
        var piece = new byte[1 << 20];
        var written = 0;
        try
        {
            for (; written < 1000; written++) await File.WriteAllBytesAsync(Path.Combine(Path.GetTempPath(), $"{written}"), piece);
        }
        catch (IOException)
        {
            // Full.
        }
        return $"{written} MB were written.";
    }

    private static async Task<string> ConnectAsync(string address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Split(':')[0], int.Parse(address.Split(':')[1], CultureInfo.InvariantCulture));
        return "It is connected.";
    }

    private static string Kill(int process)
    {
        using var other = Process.GetProcessById(process);
        other.Kill();
        return "It was killed.";
    }

    private static string Fork()
    {
        List<Process> started = [];
        try
        {
            while (started.Count < 2000) started.Add(Process.Start("/bin/sleep", "60"));
            return $"{started.Count} processes were started, and no end.";
        }
        catch (Exception e)
        {
            return $"{started.Count} processes were started, then {e.GetType().Name}.";
        }
        finally
        {
            foreach (var one in started) one.Kill();
        }
    }

    private static string Allocate()
    {
        List<byte[]> held = [];
        try
        {
            while (held.Count < 2048)
            {
                held.Add(new byte[1 << 20]);
                Array.Fill(held[^1], (byte)1);
            }
            return "2 GB were allocated.";
        }
        catch (OutOfMemoryException)
        {
            var count = held.Count;
            held.Clear();
            return $"{count} MB were allocated.";
        }
    }

    // Memory that the runtime does not count.
    private static unsafe string Take()
    {
        List<IntPtr> held = [];
        try
        {
            while (held.Count < 2048)
            {
                held.Add((IntPtr)NativeMemory.Alloc(1 << 20));
                new Span<byte>((void*)held[^1], 1 << 20).Fill(1);
            }
            return "2 GB were taken.";
        }
        catch (OutOfMemoryException)
        {
            return $"{held.Count} MB were taken.";
        }
        finally
        {
            foreach (var one in held) NativeMemory.Free((void*)one);
        }
    }
}
