using System.Diagnostics;
using System.Text;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>One running process of a plugin, until it ends or is ended.</summary>
internal sealed class PluginProcess : IDisposable
{
    private const int MostWords = 2000;
    private static readonly TimeSpan LoadAtMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerAtMost = TimeSpan.FromSeconds(15);
    private readonly Process process;
    private readonly TimeProvider clock;
    private readonly StringBuilder words = new();
    private readonly Lock gate = new();

    private PluginProcess(Process process, HostDesk desk, TimeProvider clock, string name)
    {
        (this.process, this.clock, Desk, Id) = (process, clock, desk, process.Id);
        Peer = new Peer(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, ProcessLimits.FromPlugin, desk.ServeAsync);
        Peer.Start(name);
        _ = HearAsync(process.StandardError.BaseStream);
        _ = FollowAsync();
    }

    public Peer Peer { get; }

    public HostDesk Desk { get; }

    /// <summary>The process that was started; where it is sealed, what holds the plugin is its only child.</summary>
    public int Id { get; }

    /// <summary>The first that it has said on its error output, such as the cause of its end.</summary>
    public string Words
    {
        get
        {
            lock (gate) return ForeignText.Clean(words.ToString(), 300);
        }
    }

    /// <returns>A process with its plugin loaded.</returns>
    /// <exception cref="PluginRefusedException">The plugin cannot run.</exception>
    /// <exception cref="PluginGoneException">It ended, or did not answer.</exception>
    public static async Task<PluginProcess> StartAsync(ProcessStarter starter, ProcessFolders folders, string sha256, string name,
        TimeProvider clock, CancellationToken ct)
    {
        Process process;
        try
        {
            process = await starter.StartAsync(await starter.LevelAsync(), folders);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new PluginGoneException($"Its process cannot be started: {e.Message}", wasHandedOver: false);
        }
        var started = new PluginProcess(process, new HostDesk(clock), clock, name);
        try
        {
            await started.Peer.AskAsync(Call.Load, 0, WireJson.Reply(new LoadRequest(folders.Copy, sha256),
                WireJson.Default.LoadRequest).Json, ct).WaitAsync(LoadAtMost, clock, ct);
            _ = started.WatchAsync();
            return started;
        }
        catch (Exception e)
        {
            started.Dispose();
            throw e switch
            {
                PluginRefusedException or OperationCanceledException => e,
                ForeignException foreign =>
                    new PluginRefusedException(Contracts.PluginState.NotSupported, $"It cannot be loaded: {foreign}"),
                TimeoutException => new PluginGoneException("Its process did not load it in time.", wasHandedOver: false),
                _ => new PluginGoneException($"Its process ended while it was loaded. {started.Words}", wasHandedOver: false),
            };
        }
    }

    public void Dispose() => Peer.Dispose();

    // Whatever ends the line ends the process, and the other way round.
    private async Task FollowAsync()
    {
        _ = EndWithAsync();
        await Peer.Ended;
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private async Task EndWithAsync()
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // Let go of already.
        }
        Peer.End("It has ended.");
    }

    // One that is stopped, or does nothing more, is ended: nobody could tell from it what became of anything.
    private async Task WatchAsync()
    {
        while (!Peer.HasEnded)
        {
            await Task.WhenAny(Peer.Ended, Task.Delay(PingEvery, clock, CancellationToken.None));
            try
            {
                await Peer.AskAsync(Call.Ping, 0, default, CancellationToken.None).WaitAsync(AnswerAtMost, clock);
            }
            catch (TimeoutException)
            {
                Peer.End("It did not answer.");
            }
            catch (PluginGoneException)
            {
                return;
            }
            catch (ForeignException)
            {
                // It has answered, and is short of something.
            }
        }
    }

    private async Task HearAsync(Stream errors)
    {
        var buffer = new byte[4096];
        try
        {
            while (await errors.ReadAsync(buffer, CancellationToken.None) is > 0 and var read)
            {
                lock (gate)
                    if (words.Length < MostWords) words.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended.
        }
    }
}
