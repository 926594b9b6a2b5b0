using System.Collections.Concurrent;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>An answer: JSON, and bytes that need not be JSON.</summary>
internal readonly record struct Reply(ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Tail = default);

/// <summary>How much the other side may send.</summary>
/// <param name="Ask">Bytes of a question.</param>
/// <param name="Answer">Bytes of an answer.</param>
internal readonly record struct FrameLimits(int Ask, int Answer);

/// <summary>
/// One side of the connection between the Worker and the process of a plugin. Both sides ask and answer. Nothing waits for the other
/// side but what asks it: reading and writing have threads of their own.
/// </summary>
internal sealed class Peer : IDisposable
{
    // What one side may have the other hold at once: questions that are being answered, and messages that it does not read.
    private const int MostServed = 64 << 20, MostUnread = 256 << 20;
    private const int LeastCounted = 4096;

    private readonly Stream input;
    private readonly Stream output;
    private readonly FrameLimits limits;
    private readonly Func<Frame, CancellationToken, Task<Reply>> serve;
    private readonly ConcurrentDictionary<long, Asked> asked = new();
    private readonly ConcurrentDictionary<long, CancellationTokenSource> served = new();
    private readonly ConcurrentDictionary<long, ExecutionContext> flows = new();
    private readonly BlockingCollection<(Frame Frame, Asked? Asked)> unwritten = new(new ConcurrentQueue<(Frame, Asked?)>());
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly object budget = new(); // waited on, which a Lock cannot be
    private long bytesServed;
    private long bytesUnwritten;
    private long lastId;
    private volatile bool isOver;

    /// <param name="input">What the other side writes.</param>
    /// <param name="output">What it reads.</param>
    /// <param name="limits">What it may send.</param>
    /// <param name="serve">Answers its questions, each on the pool, and hears what it tells. What is told is heard in order, and holds up
    /// the rest.</param>
    public Peer(Stream input, Stream output, FrameLimits limits, Func<Frame, CancellationToken, Task<Reply>> serve) =>
        (this.input, this.output, this.limits, this.serve) = (input, output, limits, serve);

    /// <summary>Ends with the reason when the connection does.</summary>
    public Task<string> Ended => ended.Task;

    public bool HasEnded => ended.Task.IsCompleted;

    /// <summary>Ends when nothing more will be written.</summary>
    public Task IsSilent => silent.Task;

    public void Start(string name)
    {
        // Without the flow of whoever starts it: what it reads belongs to nobody's command.
        new Thread(Read) { IsBackground = true, Name = $"{name} reads" }.UnsafeStart();
        new Thread(Write) { IsBackground = true, Name = $"{name} writes" }.UnsafeStart();
    }

    /// <summary>Asks the other side.</summary>
    /// <param name="call">What.</param>
    /// <param name="session">About which session.</param>
    /// <param name="json">The arguments.</param>
    /// <param name="ct">Tells the other side that the answer is no longer needed. The wait goes on: the answer may be one all the
    /// same.</param>
    /// <param name="tail">Bytes besides the arguments.</param>
    /// <param name="flow">Within which command; null for a new one, which is that of whoever runs here.</param>
    /// <exception cref="PluginGoneException">The other side has gone, and says whether it can have read the question.</exception>
    public async Task<Reply> AskAsync(
        Call call, long session, ReadOnlyMemory<byte> json, CancellationToken ct, ReadOnlyMemory<byte> tail = default, long? flow = null)
    {
        var id = Interlocked.Increment(ref lastId);
        var its = flow ?? Enter(id);
        var one = new Asked();
        asked[id] = one;
        try
        {
            if (!Queue(new Frame(FrameKind.Ask, call, id, its, session, json, tail), one)) throw new PluginGoneException(await Ended,
                wasHandedOver: false);
            await using var cancelling = ct.UnsafeRegister(static state => ((Action)state!)(), // given in this line
                (Action)(() => Queue(new Frame(FrameKind.Cancel, Call.None, id, 0, 0, default, default), null)));
            return await one.Answer.Task;
        }
        finally
        {
            asked.TryRemove(id, out _);
            if (flow is null) Leave(id);
        }
    }

    public void Tell(Call call, long session, ReadOnlyMemory<byte> json) =>
        Queue(new Frame(FrameKind.Tell, call, 0, 0, session, json, default), null);

    /// <summary>
    /// A name for the flow of whoever runs here: what the other side asks within it is answered within it, with the leave to send that it
    /// has.
    /// </summary>
    public long EnterFlow() => Enter(Interlocked.Increment(ref lastId));

    /// <summary>The end of what was entered: what the other side asks within it from here on has no leave to send.</summary>
    public void Leave(long flow) => flows.TryRemove(flow, out _);

    /// <summary>Ends the connection. Every question that is open ends with it.</summary>
    public void End(string reason)
    {
        lock (gate)
        {
            if (isOver) return;
            isOver = true;
        }
        ended.TrySetResult(reason);
        unwritten.CompleteAdding();
        lock (budget) Monitor.PulseAll(budget);
        foreach (var one in asked.Values) one.Answer.TrySetException(new PluginGoneException(reason, one.WasWritten));
        foreach (var one in served.Values) _ = one.CancelAsync();
    }

    public void Dispose() => End("It was ended.");

    private long Enter(long flow)
    {
        if (ExecutionContext.Capture() is { } context) flows[flow] = context;
        return flow;
    }

    private bool Queue(Frame frame, Asked? one)
    {
        if (Interlocked.Add(ref bytesUnwritten, frame.Length) > MostUnread)
        {
            End("It does not read what it is sent.");
            return false;
        }
        try
        {
            if (isOver) return false;
            unwritten.Add((frame, one));
            // What was put there after the end is read by nobody, and nobody has told its asker.
            if (isOver && one is not null) one.Answer.TrySetException(new PluginGoneException("It has ended.", one.WasWritten));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // nothing more is taken
        }
    }

    private void Write()
    {
        try
        {
            foreach (var (frame, one) in unwritten.GetConsumingEnumerable())
            {
                lock (gate)
                {
                    if (isOver) return;
                    // From here on it counts as handed over, whatever comes of the write.
                    if (one is not null) one.WasWritten = true;
                }
                frame.WriteTo(output);
                Interlocked.Add(ref bytesUnwritten, -frame.Length);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            End("Its connection broke.");
        }
        finally
        {
            silent.TrySetResult();
        }
    }

    private void Read()
    {
        try
        {
            while (!isOver && Frame.ReadFrom(input, MostOf) is { } frame) Take(frame);
            End("It has ended.");
        }
        catch (InvalidDataException e)
        {
            End($"It has sent {e.Message}.");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            End("Its connection broke.");
        }
    }

    private int MostOf(FrameKind kind) => kind is FrameKind.Answer or FrameKind.Fault ? limits.Answer : limits.Ask;

    private void Take(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Ask:
                Serve(frame);
                break;
            case FrameKind.Answer:
                if (asked.TryGetValue(frame.Id, out var answered)) answered.Answer.TrySetResult(new Reply(frame.Json, frame.Tail));
                break;
            case FrameKind.Fault:
                if (asked.TryGetValue(frame.Id, out var failed)) failed.Answer.TrySetException(Fault.Read(frame.Json));
                break;
            case FrameKind.Cancel:
                if (served.TryGetValue(frame.Id, out var cancelled)) _ = cancelled.CancelAsync();
                break;
            case FrameKind.Tell:
                _ = serve(frame, CancellationToken.None);
                break;
            default: throw new InvalidDataException("what is no message");
        }
    }

    private void Serve(Frame frame)
    {
        var counted = Math.Max(frame.Length, LeastCounted);
        AwaitRoom(counted);
        var cancelled = new CancellationTokenSource();
        served[frame.Id] = cancelled;
        if (flows.TryGetValue(frame.Flow, out var flow)) ExecutionContext.Run(flow, _ => Begin(), null);
        else Begin();

        void Begin() => _ = Task.Run(() => AnswerAsync(frame, counted, cancelled), CancellationToken.None);
    }

    private async Task AnswerAsync(Frame frame, int counted, CancellationTokenSource cancelled)
    {
        try
        {
            var reply = await serve(frame, cancelled.Token);
            Queue(new Frame(FrameKind.Answer, frame.Call, frame.Id, 0, 0, reply.Json, reply.Tail), null);
        }
        catch (Exception e)
        {
            Fail(frame, e);
        }
        finally
        {
            served.TryRemove(frame.Id, out _);
            lock (budget)
            {
                bytesServed -= counted;
                Monitor.PulseAll(budget);
            }
        }
    }

    // Whatever was thrown is the other side's to judge.
    private void Fail(Frame frame, Exception exception)
    {
        try
        {
            Queue(new Frame(FrameKind.Fault, frame.Call, frame.Id, 0, 0, Fault.Write(exception), default), null);
        }
        catch (Exception e)
        {
            // A side that can say nothing more must not be waited for.
            End($"It could not answer ({e.GetType().Name}).");
        }
    }

    // A side that asks more than is answered is not read from: it holds up itself alone.
    private void AwaitRoom(int counted)
    {
        lock (budget)
        {
            while (!isOver && bytesServed > 0 && bytesServed + counted > MostServed) Monitor.Wait(budget);
            bytesServed += counted;
        }
    }

    private sealed class Asked
    {
        public TaskCompletionSource<Reply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasWritten { get; set; }
    }
}
