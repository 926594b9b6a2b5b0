using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class SharedCommitTests
{
    private readonly List<int[]> batches = [];
    private readonly List<int> alone = [];
    private readonly Queue<Task> pace = new();
    private Func<IReadOnlyList<int>, Exception?> fails = _ => null;

    [Fact]
    public async Task Who_comes_while_a_batch_is_under_way_shares_the_next()
    {
        var first = Hold();
        var commits = Commits(most: 128);

        var lone = commits.RunAsync(1);
        Task<int>[] others = [commits.RunAsync(2), commits.RunAsync(3), commits.RunAsync(4)];
        first.SetResult();

        (await lone).ShouldBe(10);
        (await Task.WhenAll(others)).ShouldBe([20, 30, 40]);
        batches.ShouldBe([[1], [2, 3, 4]]);
    }

    [Fact]
    public async Task A_batch_has_its_most()
    {
        var first = Hold();
        var commits = Commits(most: 2);

        Task<int>[] all = [.. Enumerable.Range(1, 5).Select(commits.RunAsync)];
        first.SetResult();

        (await Task.WhenAll(all)).ShouldBe([10, 20, 30, 40, 50]);
        batches.ShouldBe([[1], [2, 3], [4, 5]]);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.LockNotAvailable)]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    [InlineData(PostgresErrorCodes.NumericValueOutOfRange)]
    public async Task What_fails_a_batch_is_done_alone_and_so_are_the_others_of_it(string state)
    {
        fails = batch => batch.Contains(2) ? Refusal(state) : null;
        var first = Hold();
        var commits = Commits(most: 128);

        Task<int>[] all = [.. Enumerable.Range(1, 3).Select(commits.RunAsync)];
        first.SetResult();

        (await Task.WhenAll(all)).ShouldBe([10, 20, 30]);
        alone.Order().ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Where_the_fate_of_a_commit_is_not_known_nothing_is_done_again()
    {
        fails = _ => new NpgsqlException("The connection broke.");
        var commits = Commits(most: 128);

        await Should.ThrowAsync<NpgsqlException>(() => commits.RunAsync(1));
        fails = _ => Refusal(PostgresErrorCodes.AdminShutdown);
        await Should.ThrowAsync<PostgresException>(() => commits.RunAsync(2));

        alone.ShouldBeEmpty();
        fails = _ => null;
        (await commits.RunAsync(3)).ShouldBe(30);
    }

    private SharedCommit<int, int> Commits(int most) => new(
        async batch =>
        {
            lock (batches) batches.Add([.. batch]);
            if (pace.TryDequeue(out var held)) await held;
            if (fails(batch) is { } fault) throw fault;
            return [.. batch.Select(item => item * 10)];
        },
        item =>
        {
            lock (alone) alone.Add(item);
            return Task.FromResult(item * 10);
        },
        most);

    private TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource();
        pace.Enqueue(held.Task);
        return held;
    }

    private static PostgresException Refusal(string state) => new("refused", "ERROR", "ERROR", state);
}
