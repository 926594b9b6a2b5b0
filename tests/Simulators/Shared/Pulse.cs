namespace TradeFlow.Simulators.Shared;

/// <summary>Calls something again and again until it is disposed.</summary>
public sealed class Pulse(TimeSpan interval, TimeProvider clock, Action beat) : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private Task loop = Task.CompletedTask;

    public void Start() => loop = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await loop;
        end.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token)) beat();
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }
}
