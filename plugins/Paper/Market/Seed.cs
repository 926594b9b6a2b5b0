namespace TradeFlow.Plugins.Paper.Market;

/// <summary>Numbers that look random and are the same for the same text on every machine.</summary>
internal static class Seed
{
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text) hash = (hash ^ letter) * 1099511628211UL;
        return hash;
    }

    /// <summary>A value in [-1000, 1000] for a step of a walk.</summary>
    public static decimal Noise(ulong seed, long step)
    {
        var mixed = seed ^ ((ulong)step * 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return (long)((mixed ^ (mixed >> 31)) % 2001) - 1000;
    }
}
