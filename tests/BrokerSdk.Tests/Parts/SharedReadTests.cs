namespace TradeFlow.BrokerSdk.Tests.Parts;

public sealed class SharedReadTests
{
    private readonly Queue<TaskCompletionSource> turns = new([new(), new()]);
    private readonly List<int> asked = [];
    private readonly SharedRead<int, string> read;
    private int waited;

    public SharedReadTests()
    {
        var all = turns.ToArray();
        read = new("Acme", _ => new ValueTask(all[waited++].Task), (since, _) =>
        {
            asked.Add(since);
            return Task.FromResult($"since {since}");
        }, Math.Min, default);
    }

    [Fact]
    public async Task Those_who_wait_share_a_read_that_is_good_for_all_and_who_comes_later_gets_another()
    {
        var first = read.ReadAsync(7, default);
        var second = read.ReadAsync(3, default);
        var third = read.ReadAsync(5, default);
        turns.Dequeue().SetResult();
        (await Task.WhenAll(first, second, third)).ShouldAllBe(answer => answer == "since 3");

        var later = read.ReadAsync(9, default);
        turns.Dequeue().SetResult();
        (await later).ShouldBe("since 9");
        asked.ShouldBe([3, 9]);
    }

    [Fact]
    public async Task Who_gives_up_while_the_read_waits_hears_of_the_limit()
    {
        using var impatient = new CancellationTokenSource();
        var first = read.ReadAsync(1, impatient.Token);
        var second = read.ReadAsync(2, default);
        await impatient.CancelAsync();

        (await Should.ThrowAsync<ConnectorException>(() => first)).Kind.ShouldBe(ConnectorErrorKind.RateLimited);
        turns.Dequeue().SetResult();
        (await second).ShouldBe("since 1");
    }

    [Fact]
    public async Task A_turn_that_is_refused_fails_those_who_waited_and_nobody_after()
    {
        var first = read.ReadAsync(1, default);
        turns.Dequeue().SetException(new ConnectorException(ConnectorErrorKind.RateLimited, "a pause"));
        await Should.ThrowAsync<ConnectorException>(() => first);

        var second = read.ReadAsync(2, default);
        turns.Dequeue().SetResult();
        (await second).ShouldBe("since 2");
    }
}
