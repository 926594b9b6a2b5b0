namespace TradeFlow.Plugins.Paper.Scripting;

/// <summary>What is done with one new order.</summary>
internal abstract record ScriptStep
{
    private ScriptStep() { }

    /// <summary>The order goes its ordinary way.</summary>
    public sealed record Pass : ScriptStep;

    /// <summary>Only a share of it is filled at first.</summary>
    /// <param name="Share">Above 0, below 1.</param>
    public sealed record Fill(decimal Share) : ScriptStep
    {
        /// <summary>
        /// The share in steps of the instrument, rounded down and never nothing; <c>null</c> when that is the whole order.
        /// </summary>
        public decimal? PartOf(decimal quantity, decimal step)
        {
            var part = Math.Max(step, Math.Floor(quantity * Share / step) * step);
            return part < quantity ? part : null;
        }
    }

    /// <summary>It is refused.</summary>
    public sealed record Reject(string Words) : ScriptStep;

    /// <summary>It is booked at once, and answered later.</summary>
    public sealed record Delay(TimeSpan For) : ScriptStep;

    /// <summary>It is booked, and the answer is lost.</summary>
    public sealed record Lose : ScriptStep;

    /// <summary>It never arrives, and nobody can tell.</summary>
    public sealed record Drop : ScriptStep;
}
