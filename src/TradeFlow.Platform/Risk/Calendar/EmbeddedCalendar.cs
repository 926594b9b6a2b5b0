namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>
/// The dates that come with the product: the Federal Reserve's meetings as announced, and the American labour report by its rule (the first
/// Friday).
/// </summary>
internal static class EmbeddedCalendar
{
    public static byte[] Read()
    {
        // the project embeds it
        using var stream =
            typeof(EmbeddedCalendar).Assembly.GetManifestResourceStream("TradeFlow.Platform.Risk.Calendar.default-calendar.json")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
