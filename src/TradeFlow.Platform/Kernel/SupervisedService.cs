using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// The one way to run something in the background: its loops are kept going by <see cref="SupervisedLoop"/>, so that none ends in silence
/// and none takes the host with it. A loop catches only what it knows what to do about.
/// </summary>
internal abstract class SupervisedService(Supervisor supervisor) : BackgroundService
{
    private IReadOnlyList<SupervisedLoop> supervised = [];

    /// <summary>The loops that fail again and again, by name.</summary>
    public IEnumerable<string> Stalled => supervised.Where(loop => loop.IsStalled).Select(loop => loop.Name);

    /// <summary>
    /// Each by a fixed name for the log, the counter and <c>/health</c>. Each goes on until it is cancelled, and does its work before it
    /// waits, so that its failing shows; one that ends in another way is begun again, in the middle of things.
    /// </summary>
    protected abstract IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops { get; }

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loops = Loops;
        supervised = [.. loops.Select(loop => supervisor.Of(loop.Name))];
        return Task.WhenAll(supervised.Zip(loops, (one, loop) => one.RunAsync(loop.RunAsync, stoppingToken)));
    }
}

/// <summary>What a supervised loop needs.</summary>
internal sealed class Supervisor(TimeProvider clock, ILogger<SupervisedLoop> log)
{
    public SupervisedLoop Of(string name) => new(name, clock, log);
}
