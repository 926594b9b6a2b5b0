using FsCheck;
using FsCheck.Fluent;

namespace TradeFlow.Platform.Tests.Trading.Stories;

/// <summary>What the broker does with the first attempt of a command.</summary>
internal enum Reply
{
    Fill,
    /// <summary>Fills it; the answer holds the id only.</summary>
    FillSilently,
    /// <summary>Takes it, and fills it a little later, in two parts.</summary>
    FillInParts,
    Reject,
    /// <summary>Proven unsent.</summary>
    NotSent,
    /// <summary>No answer, and nothing arrived.</summary>
    LoseRequest,
    /// <summary>No answer; it arrived and was filled.</summary>
    LoseAnswer,
    /// <summary>No answer; it arrives after that.</summary>
    Late,
    Throw,
    ThrowAfter,
    /// <summary>Filled at once; the answer comes after a while.</summary>
    Hold,
}

/// <summary>One step of a story.</summary>
internal abstract record Step
{
    internal sealed record Enter(string Symbol, bool Buys, int Lots, Reply Reply) : Step;

    internal sealed record Close(string Symbol, Reply Reply) : Step;

    internal sealed record Flatten : Step;

    /// <summary>An entry of unknown outcome that no look-up shows, one that waits for it, and then an exit, which must not wait.</summary>
    internal sealed record Overtake(string Symbol) : Step;

    /// <summary>The lane begins elsewhere, and nothing more is heard from there.</summary>
    internal sealed record NewEpoch : Step;

    /// <summary>A worker begins the lane, claims an entry and dies: before it sends, or before it stores the answer.</summary>
    internal sealed record DeadWorker(bool HasSent) : Step;

    /// <summary>The lane ends in order, and begins again.</summary>
    internal sealed record HandOver : Step;

    internal sealed record ReadFaults(int Times) : Step;

    /// <summary>The feed tells all of its last events once more, in another order.</summary>
    internal sealed record TellAgain : Step;

    internal sealed record Stop : Step;

    internal sealed record Pause(int Ms) : Step;
}

/// <summary>What happens to one account.</summary>
internal sealed record Story(IReadOnlyList<Step> Steps)
{
    private static readonly string[] Symbols = ["EURUSD", "GBPUSD"];

    private static readonly Gen<Reply> Replies = Gen.Frequency(
        (6, Gen.Constant(Reply.Fill)), (6, Gen.Elements(Enum.GetValues<Reply>())));

    private static readonly Gen<Step> Any = Gen.Frequency(
        (40, from symbol in Gen.Elements(Symbols) from buys in Gen.Elements(true, false) from lots in Gen.Choose(1, 3) from reply in Replies
             select (Step)new Step.Enter(symbol, buys, lots, reply)),
        (18, from symbol in Gen.Elements(Symbols) from reply in Replies select (Step)new Step.Close(symbol, reply)),
        (4, Gen.Constant((Step)new Step.Flatten())),
        (4, from symbol in Gen.Elements(Symbols) select (Step)new Step.Overtake(symbol)),
        (3, Gen.Constant((Step)new Step.NewEpoch())),
        (4, from sent in Gen.Elements(true, false) select (Step)new Step.DeadWorker(sent)),
        (3, Gen.Constant((Step)new Step.HandOver())),
        (5, from times in Gen.Choose(1, 3) select (Step)new Step.ReadFaults(times)),
        (6, Gen.Constant((Step)new Step.TellAgain())),
        (2, Gen.Constant((Step)new Step.Stop())),
        (12, from ms in Gen.Choose(0, 400) select (Step)new Step.Pause(ms)));

    /// <summary>Stories of 3 to 12 steps; a shorter one, with replies that are plainer, is looked for when one fails.</summary>
    public static readonly Arbitrary<Story> All = Arb.From(
        from count in Gen.Choose(3, 12) from steps in Gen.ArrayOf(Any, count) select new Story(steps), Shorter);

    private static IEnumerable<Story> Shorter(Story story)
    {
        var steps = story.Steps;
        for (var size = steps.Count / 2; size >= 1; size /= 2)
            for (var at = 0; at + size <= steps.Count; at += size) yield return new Story([.. steps.Take(at), .. steps.Skip(at + size)]);
        for (var at = 0; at < steps.Count; at++)
            if (Plainer(steps[at]) is { } plain) yield return new Story([.. steps.Take(at), plain, .. steps.Skip(at + 1)]);
    }

    private static Step? Plainer(Step step) => step switch
    {
        Step.Enter { Reply: not Reply.Fill } enter => enter with { Reply = Reply.Fill },
        Step.Close { Reply: not Reply.Fill } close => close with { Reply = Reply.Fill },
        Step.ReadFaults { Times: > 1 } => new Step.ReadFaults(1),
        _ => null,
    };

    public override string ToString() => string.Join(Environment.NewLine, Steps.Select((step, at) => $"{at + 1,3}. {step}"));
}
