using System.Buffers.Binary;
using System.IO.Pipes;
using TradeFlow.Platform.Connectors.Plugins.Processes;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>The line between the Worker and the process of a plugin.</summary>
public sealed class PeerTests
{
    private static readonly FrameLimits Limits = new(Ask: 1000, Answer: 1000);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly AsyncLocal<string?> Command = new();

    [Fact]
    [Trait("Control", "P2")]
    public async Task Only_what_has_begun_to_be_written_counts_as_handed_over()
    {
        using var blocked = new BlockedStream();
        using var nothing = new AnonymousPipeServerStream(PipeDirection.In);
        using var peer = new Peer(nothing, blocked, Limits, NothingAsync);
        peer.Start("test");

        var first = peer.AskAsync(Call.Place, 1, default, default);
        await blocked.Writing.WaitAsync(Soon);
        var second = peer.AskAsync(Call.Place, 1, default, default);
        peer.End("It was killed.");
        var third = peer.AskAsync(Call.Place, 1, default, default);

        (await Should.ThrowAsync<PluginGoneException>(() => first)).WasHandedOver.ShouldBeTrue("a part of it may have gone");
        (await Should.ThrowAsync<PluginGoneException>(() => second)).WasHandedOver.ShouldBeFalse("it waited for its turn");
        (await Should.ThrowAsync<PluginGoneException>(() => third)).WasHandedOver.ShouldBeFalse("it came later");
        blocked.Release();
        await peer.IsSilent.WaitAsync(Soon);
        blocked.Writes.ShouldBe(1, "what was said to be unsent is not sent afterwards");
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task A_message_that_says_it_is_larger_than_may_be_ends_the_line_unread()
    {
        using var line = new Line(NothingAsync);
        var head = new byte[Frame.HeadLength];
        BinaryPrimitives.WriteInt32LittleEndian(head, int.MaxValue);
        head[8] = (byte)FrameKind.Ask;

        await line.ToPlugin.WriteAsync(head);

        (await line.Plugin.Ended.WaitAsync(Soon)).ShouldContain("2147483647 bytes");
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task What_a_plugin_asks_is_done_within_the_command_that_it_was_given_and_within_none_when_that_is_over()
    {
        Line? both = null;
        long named = 0;
        using var line = both = new Line(
            async (frame, ct) =>
            {
                named = frame.Flow;
                return await both!.Plugin.AskAsync(Call.SendOnce, 1, default, ct, flow: frame.Flow); // set before anything is asked
            },
            (_, _) => Task.FromResult(new Reply(System.Text.Encoding.UTF8.GetBytes(Command.Value ?? "none"))));

        Command.Value = "first";
        var first = await line.Worker.AskAsync(Call.Place, 1, default, default).WaitAsync(Soon);
        Command.Value = "second";
        var late = await line.Plugin.AskAsync(Call.SendOnce, 1, default, default, flow: named).WaitAsync(Soon);

        Text(first).ShouldBe("first");
        Text(late).ShouldBe("none");

        static string Text(Reply reply) => System.Text.Encoding.UTF8.GetString(reply.Json.Span);
    }

    [Fact]
    public async Task Who_gives_up_a_question_is_heard_on_the_other_side_and_still_gets_the_answer()
    {
        using var line = new Line(async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new Reply(new byte[] { 1 });
        });
        using var giving = new CancellationTokenSource();

        var asked = line.Worker.AskAsync(Call.Place, 1, default, giving.Token);
        await giving.CancelAsync();

        (await asked.WaitAsync(Soon)).Json.Length.ShouldBe(1);
    }

    private static Task<Reply> NothingAsync(Frame frame, CancellationToken ct) => Task.FromResult(default(Reply));

    /// <summary>Both sides in this process.</summary>
    private sealed class Line : IDisposable
    {
        private readonly AnonymousPipeServerStream down = new(PipeDirection.Out), up = new(PipeDirection.Out);
        private readonly AnonymousPipeClientStream downEnd, upEnd;

        public Line(Func<Frame, CancellationToken, Task<Reply>> plugin, Func<Frame, CancellationToken, Task<Reply>>? worker = null)
        {
            downEnd = new AnonymousPipeClientStream(PipeDirection.In, down.ClientSafePipeHandle);
            upEnd = new AnonymousPipeClientStream(PipeDirection.In, up.ClientSafePipeHandle);
            Worker = new Peer(upEnd, down, Limits, worker ?? NothingAsync);
            Plugin = new Peer(downEnd, up, Limits, plugin);
            Worker.Start("worker");
            Plugin.Start("plugin");
        }

        public Peer Worker { get; }
        public Peer Plugin { get; }
        public Stream ToPlugin => down;

        public void Dispose()
        {
            Worker.Dispose();
            Plugin.Dispose();
            down.Dispose();
            up.Dispose();
            downEnd.Dispose();
            upEnd.Dispose();
        }
    }

    /// <summary>Takes the first write and does not return from it.</summary>
    private sealed class BlockedStream : MemoryStream
    {
        private readonly TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim released = new();

        public Task Writing => writing.Task;
        public int Writes { get; private set; }

        public void Release() => released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            writing.TrySetResult();
            released.Wait(Soon);
        }
    }
}
