using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>How long the Workers' pool waits for whom; a test has times of its own.</summary>
/// <param name="Patience">A request for Redis.</param>
/// <param name="Missed">A Worker that has said nothing for so long is missed: what it has of the pool is not given to the others.</param>
/// <param name="Grace">More than lies between a look at the share and the permit that is taken of it.</param>
internal sealed record PoolTimes(TimeSpan Patience, TimeSpan Missed, TimeSpan Grace)
{
    public static readonly PoolTimes Usual = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
}

/// <summary>
/// The part of brokers' limits that the Workers take from together, in Redis. A Worker that hears nothing of Redis in time takes from
/// what is its own alone, and asks again in the background. What it has of the pool counts as its own only once nobody else can have
/// taken it: after the others have missed it, and a whole window more. The time is Redis' own (docs/adr/0020).
/// </summary>
/// <param name="clock">One that runs: Redis' does.</param>
internal sealed partial class PermitPool(
    IConnectionMultiplexer redis, Supervisor supervisor, TimeProvider clock, ILogger<PermitPool> log, IWorkers? workers = null,
    PoolTimes? times = null)
    : SupervisedService(supervisor), IPermitPool
{
    internal const string WorkersKey = "{tf.permits}:workers";

    private static readonly TimeSpan BetweenSigns = TimeSpan.FromMilliseconds(250);
    private readonly PoolTimes times = times ?? PoolTimes.Usual;
    private readonly Lock gate = new();
    private bool answers;
    private bool hasSaidSo;
    private long saidHere;
    private (long Redis, long Here) time;
    private long questions;

    public bool Answers => Volatile.Read(ref answers);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("permit-pool", RunAsync)];

    public bool HasPartOfShare(TimeSpan per)
    {
        lock (gate) return answers || (hasSaidSo && clock.GetElapsedTime(saidHere) < times.Patience + times.Missed + per + times.Grace);
    }

    public async ValueTask<IReadOnlyList<NoPermit?>?> TakeAsync(IReadOnlyList<CommonWindow> windows)
    {
        if (await AskAsync(windows) is not { } answer) return null;
        var all = new NoPermit?[windows.Count];
        for (var i = 0; i < all.Length; i++)
        {
            if ((long)answer[2 + (2 * i)] is not (> 0 and var wait)) continue;
            all[i] = new NoPermit(TimeSpan.FromMicroseconds(wait), ByBroker: (long)answer[3 + (2 * i)] == 1);
        }
        return all;
    }

    public void Pause(IReadOnlyList<CommonWindow> windows, TimeSpan time)
    {
        if (!Answers) return;
        foreach (var window in windows)
            redis.GetDatabase().StringSet(PauseOf(window), "1", time, When.Always, CommandFlags.FireAndForget);
    }

    /// <summary>Says that this Worker is there, or asks whether Redis is.</summary>
    internal async Task SignAsync()
    {
        if (workers is not { Count: > 1 })
        {
            // Nobody to share with: what the broker allows is this Worker's own.
            lock (gate) answers = false;
            return;
        }
        if (Answers)
        {
            await AskAsync([]);
            return;
        }
        // Nobody may take this one for one that is there before it has heard that Redis is, and has only half of its share.
        if (await EvaluateAsync([WorkersKey], [workers.Self, "away"]) is not { } answer) return;
        lock (gate)
        {
            time = ((long)answer[0], clock.GetTimestamp());
            answers = true;
        }
        LogThere();
    }

    private async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await SignAsync();
            await Task.Delay(BetweenSigns, clock, ct);
        }
    }

    private async Task<RedisResult[]?> AskAsync(IReadOnlyList<CommonWindow> windows)
    {
        RedisKey[] keys = [WorkersKey, .. windows.SelectMany(window => new[] { KeyOf(window), PauseOf(window) })];
        long notAfter;
        lock (gate)
        {
            if (!answers) return null;
            (hasSaidSo, saidHere) = (true, clock.GetTimestamp());
            // Redis' time as it was when it answered, and what has passed here since: never later than its time now, so that what it
            // would do later than this Worker waits, it does not do.
            notAfter = time.Redis + Microseconds(clock.GetElapsedTime(time.Here, saidHere) + times.Patience);
        }
        // Answers are there only where SignAsync has found Workers.
        RedisValue[] values =
        [
            workers!.Self, notAfter, workers.Count, Microseconds(times.Missed), Microseconds(times.Grace),
            Interlocked.Increment(ref questions),
            .. windows.SelectMany(window => new RedisValue[] { window.Permits, Microseconds(window.Per), window.WithReserve }),
        ];
        var answer = await EvaluateAsync(keys, values);
        lock (gate)
        {
            if (answer is not null) time = ((long)answer[0], clock.GetTimestamp());
            if (answer is { Length: > 1 }) return answer;
            if (!answers) return null;
            answers = false;
        }
        LogAway();
        return null;
    }

    private async Task<RedisResult[]?> EvaluateAsync(RedisKey[] keys, RedisValue[] values)
    {
        if (!redis.IsConnected) return null;
        try
        {
            var asked = redis.GetDatabase().ScriptEvaluateAsync(PermitScript.Text, keys, values);
            return (RedisResult[]?)await asked.WaitAsync(times.Patience, clock);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            return null;
        }
    }

    // A name holds the print of a credential.
    private static RedisKey KeyOf(CommonWindow window) =>
        $"{{tf.permits}}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(window.Name)).AsSpan(0, 16))}";

    private static RedisKey PauseOf(CommonWindow window) => KeyOf(window).Append(":pause");

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    [LoggerMessage(3204, LogLevel.Warning, "Redis does not answer: of brokers' limits this Worker has only its own share")]
    private partial void LogAway();

    [LoggerMessage(3205, LogLevel.Information, "Brokers' limits are shared with the other Workers")]
    private partial void LogThere();
}
