using System.Diagnostics;
using System.Threading.Channels;

namespace TradeFlow.Benchmarks.Load;

/// <summary>What a loop of signals got.</summary>
/// <param name="Filled">Answers that say what became of the order.</param>
/// <param name="Pending">Answers that say that it goes on.</param>
/// <param name="Bad">Anything else.</param>
internal sealed record Measured(int Filled, int Pending, int Bad, double Seconds, double P50, double P99, double Max)
{
    public int Answered => Filled + Pending;
    public double PerSecond => Answered / Seconds;
}

/// <summary>One signal and what it got.</summary>
/// <param name="Due">When it was to be sent.</param>
/// <param name="Status">Of its answer; 0 when there was none.</param>
internal sealed record Sent(Target Target, string Id, DateTimeOffset Due, double Milliseconds, int Status);

/// <summary>Closed: each connection sends when it has its answer. Open: on a clock, whether or not the answers have come.</summary>
/// <param name="heard">Told of each answer, from any thread.</param>
/// <param name="intent">What a signal says where it is not an entry of this class: for which target, and in which round over all of
/// them.</param>
internal sealed class Loops(Uri address, Target[] targets, Action<Sent>? heard = null, Func<Target, long, string>? intent = null)
{
    private static long sent = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private long turn;

    public async Task<Measured> ClosedAsync(int connections, double seconds)
    {
        var watch = Stopwatch.StartNew();
        var tallies = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var sender = new Sender(address);
            var tally = new Tally();
            while (watch.Elapsed.TotalSeconds < seconds) await OneAsync(sender, tally, Stopwatch.GetTimestamp());
            return tally;
        })));
        return Tally.Sum(tallies, watch.Elapsed.TotalSeconds);
    }

    /// <summary>
    /// Until the time is over and every account was sent to twice: the first signal of an account asks its broker for the instrument.
    /// </summary>
    public async Task<Measured> WarmUpAsync(int connections, double seconds)
    {
        var until = Volatile.Read(ref turn) + (2 * targets.Length);
        var measured = await ClosedAsync(connections, seconds);
        while (Volatile.Read(ref turn) < until)
        {
            var more = await ClosedAsync(connections, 1);
            measured = measured with
            {
                Filled = measured.Filled + more.Filled, Pending = measured.Pending + more.Pending, Bad = measured.Bad + more.Bad
            };
        }
        return measured;
    }

    /// <summary>A signal is late from the moment at which it was due, so that what waits for a connection shows as latency too.</summary>
    /// <param name="ct">Ends it early.</param>
    public async Task<Measured> OpenAsync(int perSecond, double seconds, CancellationToken ct = default)
    {
        const int senders = 128;
        var due = Channel.CreateUnbounded<long>();
        var working = Enumerable.Range(0, senders).Select(_ => Task.Run(async () =>
        {
            using var sender = new Sender(address);
            var tally = new Tally();
            await foreach (var at in due.Reader.ReadAllAsync()) await OneAsync(sender, tally, at);
            return tally;
        })).ToArray();
        var watch = Stopwatch.StartNew();
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0; number < perSecond * seconds && !ct.IsCancellationRequested; number++)
        {
            var at = TimeSpan.FromSeconds(number / (double)perSecond);
            // A timer is too coarse for the last millisecond.
            if (at - watch.Elapsed is { TotalMilliseconds: > 2 } wait)
                await Task.Delay(wait - TimeSpan.FromMilliseconds(1), CancellationToken.None);
            while (watch.Elapsed < at) await Task.Yield();
            due.Writer.TryWrite(begun + (long)(at.TotalSeconds * Stopwatch.Frequency));
        }
        due.Writer.Complete();
        var tallies = await Task.WhenAll(working);
        return Tally.Sum(tallies, watch.Elapsed.TotalSeconds);
    }

    private async Task OneAsync(Sender sender, Tally tally, long since)
    {
        var mine = Interlocked.Increment(ref turn);
        var number = Interlocked.Increment(ref sent);
        var target = targets[mine % targets.Length];
        var id = $"b{number}";
        var body = $$"""{"version":"unify.v1","id":"{{id}}","intent":{{(intent ?? Entry)(target, mine / targets.Length)}}}""";
        var status = await sender.SendAsync(target.Path, body);
        var took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        tally.Add(status, took);
        heard?.Invoke(new Sent(target, id, DateTimeOffset.UtcNow.AddMilliseconds(-took), took, status));
    }

    // The accounts go long in one round and short in the next: what is open stays one position.
    private static string Entry(Target target, long round) =>
        $$"""{"action":"open","side":"{{(round % 2 == 0 ? "buy" : "sell")}}","type":"market","symbol":"EURUSD","qty":0.01,"price":1.09}""";

    private sealed class Tally
    {
        private readonly List<double> times = [];
        private int filled;
        private int pending;
        private int bad;

        public void Add(int status, double milliseconds)
        {
            if (status == 200) filled++;
            else if (status == 202) pending++;
            else bad++;
            if (status is 200 or 202) times.Add(milliseconds);
        }

        public static Measured Sum(IReadOnlyCollection<Tally> all, double seconds)
        {
            var sorted = all.SelectMany(one => one.times).Order().ToArray();
            return new Measured(all.Sum(one => one.filled), all.Sum(one => one.pending), all.Sum(one => one.bad), seconds, At(0.5),
                At(0.99), At(1));

            double At(double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];
        }
    }
}
