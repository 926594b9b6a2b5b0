using System.Text;
using Microsoft.Extensions.Time.Testing;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Sockets;

namespace TradeFlow.Platform.Tests.Live;

/// <summary>What one socket is told, and when.</summary>
public sealed class LiveQueueTests : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    private static readonly Guid Gold = Guid.NewGuid();
    private static readonly Guid Euro = Guid.NewGuid();
    private readonly FakeTimeProvider clock = new();
    private readonly LiveQueue queue;

    public LiveQueueTests()
    {
        queue = new LiveQueue(4, Beat, AccountScope.All, clock);
        queue.TakeSnapshotWish().ShouldNotBeNull("the first thing is a snapshot");
    }

    public void Dispose() => queue.Dispose();

    [Fact]
    public void Of_the_ticks_of_a_position_the_newest_goes_with_the_beat()
    {
        Tick(Gold, "gold 1");
        Tick(Euro, "euro 1");
        Tick(Gold, "gold 2");
        Taken().ShouldBeEmpty("a burst is gathered for a moment");

        clock.Advance(TimeSpan.FromMilliseconds(25));
        Taken().ShouldBe(["gold 2", "euro 1"], ignoreOrder: true);
        Taken().ShouldBeEmpty();

        Tick(Gold, "gold 3");
        Tick(Gold, "gold 4");
        clock.Advance(Beat - TimeSpan.FromMilliseconds(1));
        Taken().ShouldBeEmpty("at most so often");
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Taken().ShouldBe(["gold 4"]);
    }

    [Fact]
    public async Task The_reader_is_woken_by_an_event_at_once_and_by_a_tick_for_its_beat()
    {
        var waiting = queue.WaitAsync(default);
        waiting.IsCompleted.ShouldBeFalse();
        Event("order");
        await waiting.WaitAsync(TimeSpan.FromSeconds(15));
        Taken().ShouldBe(["order"]);

        waiting = queue.WaitAsync(default);
        Tick(Gold, "gold 1");
        await waiting.WaitAsync(TimeSpan.FromSeconds(15));
        Taken().ShouldBeEmpty("it waits for the beat");
        clock.Advance(TimeSpan.FromMilliseconds(25));
        queue.WaitAsync(default).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Events_wait_for_no_beat_keep_their_order_and_are_told_after_the_ticks_of_their_position_from_before()
    {
        Tick(Euro, "euro 1");
        Tick(Gold, "gold 1");
        Tick(Gold, "gold 2");
        Event("order filled");
        Event("gold closed", LiveKind.Position, Gold);
        Event("notice");

        Taken().ShouldBe(["order filled", "gold 2", "gold closed", "notice"]);

        clock.Advance(Beat);
        Taken().ShouldBe(["euro 1"]);
    }

    [Fact]
    public void A_tick_never_overtakes_the_event_of_its_position_that_came_before_it()
    {
        Tick(Gold, "gold 1");
        clock.Advance(Beat);
        Event("gold grown", LiveKind.Position, Gold);
        Tick(Gold, "gold 2");
        Taken().ShouldBe(["gold 1", "gold grown"]);
        clock.Advance(Beat);
        Taken().ShouldBe(["gold 2"]);
    }

    [Fact]
    public void A_reader_that_is_too_slow_gets_a_fresh_snapshot_instead_of_a_longer_queue_and_the_ticks_from_before_it()
    {
        for (var number = 0; number < 10; number++) Event($"event {number}");
        Tick(Gold, "gold 1");
        clock.Advance(Beat);

        Taken().ShouldBeEmpty("the snapshot comes first");
        queue.TakeSnapshotWish().ShouldNotBeNull();
        // It is told before it is written: the snapshot may not have it.
        Taken().ShouldBe(["gold 1"]);
        Event("next");
        queue.TakeSnapshotWish().ShouldBeNull();
        Taken().ShouldBe(["next"]);
    }

    [Fact]
    public void Before_a_snapshot_the_changes_of_positions_are_dropped_and_what_it_does_not_say_is_kept()
    {
        Event("opened", LiveKind.Position, Gold);
        Event("order filled");
        queue.AskForSnapshot();

        queue.TakeSnapshotWish().ShouldNotBeNull();

        Taken().ShouldBe(["order filled"]);
    }

    [Fact]
    [Trait("Control", "T3")]
    public void A_list_that_was_read_before_the_last_change_does_not_count_and_what_waits_is_told_by_the_new_one()
    {
        var (mine, theirs) = (Guid.NewGuid(), Guid.NewGuid());
        queue.HoldBack();
        var before = queue.Changes;
        queue.Add(new LiveMessage(LiveKind.Tick, [theirs], Gold, "theirs"u8.ToArray()));
        queue.Add(new LiveMessage(LiveKind.Tick, [mine], Euro, "mine"u8.ToArray()));
        queue.Add(new LiveMessage(LiveKind.Other, [theirs, mine], null, "of both"u8.ToArray()));
        clock.Advance(Beat);

        queue.HoldBack();
        queue.Show(AccountScope.All, before);

        queue.IsHeldBack.ShouldBeTrue();
        queue.TakeSnapshotWish().ShouldBeNull();
        Taken().ShouldBeEmpty("held back it is told nothing");
        queue.Show(AccountScope.Of([mine]), queue.Changes);
        queue.TakeSnapshotWish().ShouldNotBeNull().Sees(theirs).ShouldBeFalse();
        Taken().ShouldBe(["mine"]);
    }

    [Fact]
    public void Of_many_positions_that_move_and_close_the_newest_of_each_that_is_left_is_told()
    {
        var random = new Random(7);
        Dictionary<Guid, string> expected = [];
        TickSet set = new();
        var subjects = Enumerable.Range(0, 300).Select(_ => Guid.NewGuid()).ToList();
        for (var step = 0; step < 20_000; step++)
        {
            var subject = subjects[random.Next(subjects.Count)];
            if (random.Next(3) == 0)
            {
                var removed = set.Remove(subject);
                (removed is null ? null : Encoding.UTF8.GetString(removed.Json))
                    .ShouldBe(expected.Remove(subject, out var before) ? before : null);
            }
            else
            {
                set.Put(new LiveMessage(LiveKind.Tick, null, subject, Encoding.UTF8.GetBytes($"{step}")));
                expected[subject] = $"{step}";
            }
            set.Count.ShouldBe(expected.Count);
        }

        // each has its subject
        set.All.ToDictionary(tick => tick.Subject!.Value, tick => Encoding.UTF8.GetString(tick.Json)).ShouldBe(expected, ignoreOrder: true);
        set.Clear();
        set.All.ShouldBeEmpty();
    }

    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        Guid[] about = [Guid.NewGuid(), Guid.NewGuid()];
        foreach (var (kind, subject) in ((LiveKind, Guid?)[])[(LiveKind.Other, null), (LiveKind.Other, Gold), (LiveKind.Position, Gold),
            (LiveKind.Tick, Euro)])
        {
            var read = LiveMessage.Read(LiveMessage.Write(kind, string.Join(',', about), subject, """{"text":"a b – c"}"""))
                .ShouldNotBeNull();

            (read.Kind, read.Subject, Encoding.UTF8.GetString(read.Json)).ShouldBe((kind, subject, """{"text":"a b – c"}"""));
            read.About.ShouldBe(about);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("* {\"type\":\"order\"}")]
    [InlineData("nobody ! {}")]
    [InlineData("* ~ {}")]
    [InlineData("* !nothing {}")]
    public void What_is_written_in_another_way_is_not_told(string text) => LiveMessage.Read(text).ShouldBeNull();

    private void Tick(Guid subject, string words) => Event(words, LiveKind.Tick, subject);

    private void Event(string words, LiveKind kind = LiveKind.Other, Guid? subject = null) =>
        queue.Add(new LiveMessage(kind, null, subject, Encoding.UTF8.GetBytes(words)));

    private List<string> Taken()
    {
        List<LiveMessage> batch = [];
        queue.Take(batch);
        return [.. batch.Select(message => Encoding.UTF8.GetString(message.Json))];
    }
}
