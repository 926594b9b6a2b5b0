namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>Texts for services that refuse longer ones.</summary>
internal static class ForeignLength
{
    public static string Cut(
        string text, int longest) => text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest - 1).TrimEnd(), "…");
}
