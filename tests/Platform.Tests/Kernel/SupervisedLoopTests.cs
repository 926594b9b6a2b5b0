using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class SupervisedLoopTests
{
    private readonly HandClock clock = new();
    private readonly CancellationTokenSource stop = new();
    private int stalled;
    private int recovered;

    public static TheoryData<string> Ends => [.. AnyFault.Names, "returns"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_loop_that_ends_in_whatever_way_is_started_again(string end)
    {
        var starts = 0;
        var running = Loop().RunAsync(
            ct => ++starts > 1
                ? Task.Delay(Timeout.Infinite, ct) : end == "returns" ? Task.CompletedTask
                : throw AnyFault.Of(end), stop.Token);

        await WaitingAsync(1);
        clock.Advance(SupervisedLoop.FirstPause);

        await Eventually.True(() => starts == 2, TimeSpan.FromSeconds(5), "it runs again");
        await EndAsync(running);
    }

    [Fact]
    public async Task The_pause_grows_while_it_keeps_failing_and_is_short_again_after_a_minute()
    {
        var starts = new ConcurrentQueue<TaskCompletionSource>();
        var running = Loop().RunAsync(ct => Begun(starts).Task.WaitAsync(ct), stop.Token);
        foreach (var pause in new[] { 100, 200, 400, 800 }) await EndsAndPausesAsync(starts, pause);
        clock.Advance(SupervisedLoop.Calm);

        await EndsAndPausesAsync(starts, 100);
        await EndAsync(running);
    }

    [Fact]
    public async Task Three_ends_within_a_minute_are_told_once_and_a_minute_without_one_is_told_too()
    {
        var fails = true;
        var loop = Loop();
        var running = loop.RunAsync(ct => fails ? throw new DivideByZeroException() : Task.Delay(Timeout.Infinite, ct), stop.Token);
        for (var end = 1; end <= 6; end++)
        {
            await WaitingAsync(1);
            loop.IsStalled.ShouldBe(end >= 3);
            if (end == 6) fails = false;
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        (stalled, recovered).ShouldBe((1, 0));

        await WaitingAsync(1);
        clock.Advance(SupervisedLoop.Calm);

        await Eventually.True(() => !loop.IsStalled && recovered == 1, TimeSpan.FromSeconds(5), "it is well again");
        stalled.ShouldBe(1);
        await EndAsync(running);
    }

    [Fact]
    public async Task Ends_that_lie_far_apart_are_no_stall()
    {
        var starts = new ConcurrentQueue<TaskCompletionSource>();
        var loop = Loop();
        var running = loop.RunAsync(ct => Begun(starts).Task.WaitAsync(ct), stop.Token);
        for (var end = 1; end <= 4; end++)
        {
            starts.Last().SetException(new InvalidOperationException());
            await WaitingAsync(1);
            clock.Advance(TimeSpan.FromSeconds(31));
            await Eventually.True(() => starts.Count == end + 1, TimeSpan.FromSeconds(5), "it runs again");
        }

        (loop.IsStalled, stalled).ShouldBe((false, 0));
        await EndAsync(running);
    }

    [Fact]
    public async Task Telling_that_fails_ends_nothing_and_is_tried_again()
    {
        var starts = 0;
        var loop = new SupervisedLoop("test", clock, NullLogger.Instance)
        {
            Stalled = _ => ++stalled < 3 ? throw new IOException() : Task.CompletedTask,
        };
        var running = loop.RunAsync(_ => throw new InvalidOperationException($"{++starts}"), stop.Token);
        for (var end = 1; end <= 7; end++)
        {
            await WaitingAsync(1);
            starts.ShouldBe(end);
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        stalled.ShouldBe(3);
        await EndAsync(running);
    }

    [Fact]
    public async Task Each_end_is_logged_as_an_error_with_the_exception()
    {
        var log = new Lines();
        var loop = new SupervisedLoop("orders", clock, log) { Subject = "of account 7" };
        var running = loop.RunAsync(_ => throw new DivideByZeroException("zero ticks"), stop.Token);
        await WaitingAsync(1);

        const string words = "The loop orders of account 7 ended (DivideByZeroException) and starts again in 100 ms";
        log.Written.ShouldHaveSingleItem().ShouldBe((LogLevel.Error, words, "zero ticks"));
        await EndAsync(running);
    }

    private async Task EndsAndPausesAsync(ConcurrentQueue<TaskCompletionSource> starts, int milliseconds)
    {
        var before = starts.Count;
        starts.Last().SetException(new InvalidOperationException());
        var pause = TimeSpan.FromMilliseconds(milliseconds);
        await Eventually.True(() => clock.Rings(pause), TimeSpan.FromSeconds(5), $"it pauses {milliseconds} ms");
        starts.Count.ShouldBe(before);
        clock.Advance(pause);
        await Eventually.True(() => starts.Count == before + 1, TimeSpan.FromSeconds(5), "it runs again");
    }

    private static TaskCompletionSource Begun(ConcurrentQueue<TaskCompletionSource> starts)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        starts.Enqueue(start);
        return start;
    }

    private SupervisedLoop Loop() => new("test", clock, NullLogger.Instance)
    {
        Stalled = _ =>
        {
            stalled++;
            return Task.CompletedTask;
        },
        Recovered = _ =>
        {
            recovered++;
            return Task.CompletedTask;
        },
    };

    private Task WaitingAsync(int timers) =>
        Eventually.True(() => clock.Waiting == timers, TimeSpan.FromSeconds(5), $"{timers} timers wait");

    private async Task EndAsync(Task running)
    {
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Text, string? Fault)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((logLevel, formatter(state, exception), exception?.Message));
    }
}
