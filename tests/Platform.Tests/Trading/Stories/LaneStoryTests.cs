using System.Diagnostics;
using FsCheck;
using Npgsql;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Trading.Stories;

/// <summary>
/// What is promised of orders (docs/order-outcomes.md) holds in any story. The stories follow from a seed; <c>TRADEFLOW_STORIES_SECONDS</c>
/// goes on with further ones for that long, <c>TRADEFLOW_STORIES_SEED</c> begins at another one.
/// </summary>
public sealed class LaneStoryTests(ApiFixture api, ITestOutputHelper output) : IClassFixture<ApiFixture>
{
    private const int AtOnce = 14;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_promise_holds_in_every_story(bool pushes)
    {
        await using var stage = await Stage.OpenAsync(api.Platform, api, pushes);
        var seed = Number("TRADEFLOW_STORIES_SEED") ?? 1;
        if (!pushes) seed += 1_000_000;
        var (begun, told) = (Stopwatch.GetTimestamp(), 0);
        do
        {
            var stories = StoryList.From(seed, AtOnce);
            if (await StoryList.FailureAsync(stage, stories, shrinks: true) is { } failure) Assert.Fail($"From seed {seed}: {failure}");
            (seed, told) = (seed + AtOnce, told + AtOnce);
        }
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < (Number("TRADEFLOW_STORIES_SECONDS") ?? 0));
        output.WriteLine($"{told} stories in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s. {stage.Summary}");
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : null;
}

/// <summary>Saboteurs: each breaks PostgreSQL's part of a promise, and the stories have to find it.</summary>
public sealed class LaneSaboteurTests(PlatformFixture platform, ITestOutputHelper output) : IClassFixture<PlatformFixture>
{
    private static readonly Step Dead = new Step.DeadWorker(HasSent: true);
    private static readonly Step Unsent = new Step.DeadWorker(HasSent: false);

    [Fact]
    public async Task What_breaks_a_promise_is_found()
    {
        await using var stage = await Stage.OpenAsync(platform, null, pushes: true);
        await FoundAsync(stage, "trading.take_over", "else 'UNKNOWN' end", "else 'PENDING' end", "again|times", Dead, Unsent);
        await FoundAsync(stage, "trading.settle_order", "o.status := p_status;",
            "o.status := case p_status when 'UNKNOWN' then 'PENDING' else p_status end;", "times", Enter(Reply.LoseAnswer),
            Enter(Reply.ThrowAfter));
        await FoundAsync(stage, "trading.settle_order", "o.status := p_status;",
            "o.status := case p_status when 'UNKNOWN' then 'REJECTED' else p_status end;", "shown as REJECTED", Enter(Reply.LoseAnswer),
            Enter(Reply.Late));
    }

    private static Step Enter(Reply reply) => new Step.Enter("EURUSD", true, 1, reply);

    // Each step is a story of its own; one of them has to tell.
    private async Task FoundAsync(Stage stage, string function, string right, string wrong, string words, params Step[] steps)
    {
        var source = await ScalarAsync($"select pg_get_functiondef('{function}'::regproc)");
        source.ShouldContain(right);
        await ExecuteAsync(source.Replace(right, wrong, StringComparison.Ordinal));
        try
        {
            var failure = await StoryList.FailureAsync(stage, [.. steps.Select(step => new Story([step]))], shrinks: false);
            output.WriteLine($"{function}: {failure} ({stage.Summary})");
            failure.ShouldNotBeNull($"nobody noticed that {function} says {wrong}");
            words.Split('|').ShouldContain(word => failure.Contains(word, StringComparison.Ordinal), failure);
        }
        finally
        {
            await ExecuteAsync(source);
        }
    }

    private async Task<string> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(platform.OwnerConnection);
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(platform.OwnerConnection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Runs stories side by side, and looks for the shortest one that still fails.</summary>
internal static class StoryList
{
    private const int ShrinksAtMost = 12;

    public static IReadOnlyList<Story> From(int seed, int count) => [.. Enumerable.Range(seed, count).Select(one =>
        FsCheck.FSharp.Gen.Sample(new Rnd((ulong)one), 50, 1, Story.All.Generator)[0])];

    public static async Task<string?> FailureAsync(Stage stage, IReadOnlyList<Story> stories, bool shrinks)
    {
        var (story, broken) = await FirstAsync(stage, stories);
        if (story is null) return null;
        var shortest = story;
        for (var round = 0; shrinks && round < ShrinksAtMost; round++)
        {
            // A story of a race may hold this time and not the next.
            var (shorter, still) = await FirstAsync(stage, [.. Story.All.Shrinker(shortest).Take(24)]);
            if (shorter is null) break;
            (shortest, broken) = (shorter, still);
        }
        return $"{broken}{Environment.NewLine}{shortest}{(shortest == story ? "" : $"{Environment.NewLine}which is left of{Environment.NewLine}{story}")}";
    }

    private static async Task<(Story? Story, string? Broken)> FirstAsync(Stage stage, IReadOnlyList<Story> stories)
    {
        var ended = await Task.WhenAll(stories.Select(async story => (Story: story, Broken: await stage.RunAsync(story))));
        return ended.FirstOrDefault(one => one.Broken is not null);
    }
}
