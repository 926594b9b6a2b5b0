using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>A call that fails tells nothing, whatever the reason; one that is answered tells what was answered.</summary>
public sealed class WorkerCallsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_answered_is_told_also_where_it_is_nothing()
    {
        (await Calls().AskAsync(_ => Task.FromResult("an outcome"), Long, default)).ShouldBe(new Told<string>(true, "an outcome"));
        (await Calls().AskAsync(_ => Task.FromResult<string?>(null), Long, default)).IsTold.ShouldBeTrue();
        (await Calls().TellAsync(_ => Task.CompletedTask, Long, default)).ShouldBeTrue();
    }

    public static TheoryData<Exception> Failures => new()
    {
        Made<OrleansMessageRejectionException>(), Made<ConnectionFailedException>(), Made<SiloUnavailableException>(),
        Made<CodecNotFoundException>(), new TimeoutException(), new ObjectDisposedException("the client"), new DivideByZeroException(),
        new OperationCanceledException(),
        // Before the first connection, and of a Worker that does not know the grain yet.
        new ArgumentException("Could not find an implementation for interface"),
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task A_call_that_fails_tells_nothing(Exception failure)
    {
        (await Calls().AskAsync<string>(_ => throw failure, Long, default)).ShouldBe(default);
        (await Calls().AskAsync(_ => Task.FromException<string>(failure), Long, default)).ShouldBe(default);
        (await Calls().TellAsync(_ => Task.FromException(failure), Long, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_worker_nothing_is_called()
    {
        var calls = new WorkerCalls(() => null, NullLogger<WorkerCalls>.Instance);
        calls.IsAlone.ShouldBeTrue();
        (await calls.AskAsync<string>(_ => throw new InvalidOperationException("it was called"), Long, default)).ShouldBe(default);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_waited_for_as_long_as_was_said_and_no_longer_than_the_caller_is_there()
    {
        var never = new TaskCompletionSource<string>();
        (await Calls().AskAsync(_ => never.Task, TimeSpan.FromMilliseconds(1), default)).ShouldBe(default);
        using var gone = new CancellationTokenSource();
        var asking = Calls().AskAsync(_ => never.Task, Long, gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asking);
    }

    // Only Orleans makes most of them.
    private static T Made<T>() where T : Exception => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));

    private static WorkerCalls Calls() => new(() => FakeGrains.Of(), NullLogger<WorkerCalls>.Instance);
}
