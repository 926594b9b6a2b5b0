using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Local;

/// <summary>A child in a process group of its own, so that its whole family can be ended.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly ProcessSpec spec;
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ChildProcess(ProcessSpec spec, IReadOnlyList<string> wrapper, Action<string> output)
    {
        this.spec = spec;
        var command = (IReadOnlyList<string>)[.. wrapper, spec.FileName, .. spec.Args];
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = spec.WorkingDirectory,
            // The pipe stays open and silent: a child must not read the terminal, and tools such as Vite end when their input ends.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        foreach (var (name, value) in spec.Environment) start.Environment[name] = value;

        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        // Not WaitForExitAsync: that waits for the output too, which a surviving grandchild may hold open.
        process.Exited += (_, _) => exited.TrySetResult(process.ExitCode);
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) output(text); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) output(text); };
        process.Start();
        Id = process.Id;
        HasOwnGroup = wrapper.Count > 0;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Watchdog.Watch(Id);
    }

    internal int Id { get; }

    /// <summary>The exit code, when the child has ended.</summary>
    internal Task<int> Exited => exited.Task;

    private bool HasOwnGroup { get; }

    /// <summary>Asks the child to end, and ends its family for certain when the time is over.</summary>
    internal async Task StopAsync(TimeSpan within)
    {
        if (!Exited.IsCompleted && !OperatingSystem.IsWindows())
        {
            // PostgreSQL and Redis take the signal themselves and end their children; a script's children are told with it.
            _ = SendSignal(spec.NeverAsRoot || !HasOwnGroup ? Id : -Id, spec.StopSignal);
            await Task.WhenAny(Exited, Task.Delay(within));
        }

        KillFamily();
        await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(2)));
        Watchdog.Forget(Id);
    }

    /// <summary>Ends whatever is left of the family at once.</summary>
    internal void KillFamily()
    {
        if (HasOwnGroup) _ = SendSignal(-Id, Signals.Kill);
        else if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    internal static void Send(int process, int signal) => _ = SendSignal(process, signal);

    public void Dispose() => process.Dispose();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int target, int signal);
}
