using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>
/// Ends this process at once where it was stopped for so long that the others have taken it for dead: they have its lanes, and each
/// session that it still has at a broker is a second one of its account. Orleans ends it too, but only after all that was put off
/// meanwhile. Hence a thread of its own, and a question that needs no other.
/// </summary>
internal sealed partial class FreezeWatch(
    ILocalSiloDetails silo, IOptions<ClusterOptions> cluster, Database database, ILogger<FreezeWatch> log) : IHostedService, IDisposable
{
    // A process that is not stopped comes back from a pause in a fraction of the time after which it may be taken for dead.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private const int Dead = (int)SiloStatus.Dead;
    private readonly ManualResetEventSlim over = new();

    /// <summary>Ends the process, with a last word.</summary>
    internal Action<string> End { get; init; } = KillThis;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Watch) { IsBackground = true, Name = "freeze watch", Priority = ThreadPriority.AboveNormal }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        over.Set();
        return Task.CompletedTask;
    }

    public void Dispose() => over.Set();

    /// <param name="paused">How long nothing has run in this process.</param>
    internal void Look(TimeSpan paused)
    {
        if (paused < Long || !IsTakenForDead()) return;
        End($"This Worker was stopped for {paused.TotalSeconds:0.0} s, and the others have taken it for dead. Its lanes are theirs.");
    }

    // A failure that is written down takes a second in which the sessions live on.
    private static void KillThis(string words)
    {
        Console.Error.WriteLine(words);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private void Watch()
    {
        var before = Stopwatch.GetTimestamp();
        while (!over.Wait(Pause))
        {
            var now = Stopwatch.GetTimestamp();
            Look(Stopwatch.GetElapsedTime(before, now));
            before = now;
        }
    }

    private bool IsTakenForDead()
    {
        try
        {
            using var connection = database.Members.OpenConnection();
            using var command = new NpgsqlCommand(
                "select status from orleans.members where cluster_id = $1 and address = $2 and port = $3 and generation = $4", connection);
            command.CommandTimeout = 2;
            command.Parameters.AddWithValue(cluster.Value.ClusterId);
            command.Parameters.AddWithValue(silo.SiloAddress.Endpoint.Address.ToString());
            command.Parameters.AddWithValue(silo.SiloAddress.Endpoint.Port);
            command.Parameters.AddWithValue(silo.SiloAddress.Generation);
            return command.ExecuteScalar() is Dead;
        }
        catch (NpgsqlException e)
        {
            // No lane sends anything before PostgreSQL has confirmed it.
            LogNotAnswered(e);
            return false;
        }
    }

    [LoggerMessage(1081, LogLevel.Warning, "PostgreSQL did not say whether this Worker is taken for dead")]
    private partial void LogNotAnswered(Exception e);
}
