using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Plugins.Paper.Scripting;

/// <summary>The steps that an account's new orders take, one each. Where it stands is in the journal, not here.</summary>
internal sealed class FillScript
{
    public const string Field = "script";
    public static readonly FillScript None = new("", [], repeats: false);
    private readonly IReadOnlyList<ScriptStep> steps;
    private readonly bool repeats;

    public FillScript(string text, IReadOnlyList<ScriptStep> steps, bool repeats)
    {
        (this.steps, this.repeats) = (steps, repeats);
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>Names this text in the journal: a place counts for the script that it was reached in and for no other.</summary>
    public string Id { get; }

    /// <summary>The step of the order that comes after so many others, or <c>null</c> when the script has nothing (more) to say.</summary>
    public ScriptStep? At(int place)
    {
        if (repeats) return steps[place % steps.Count];
        return place < steps.Count ? steps[place] : null;
    }
}
