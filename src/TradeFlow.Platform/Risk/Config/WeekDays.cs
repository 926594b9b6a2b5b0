namespace TradeFlow.Platform.Risk.Config;

/// <summary>Days of the week as they go over the wire.</summary>
internal static class WeekDays
{
    public static readonly IReadOnlyList<string> Words = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static string Word(DayOfWeek day) => Words[(int)day];

    /// <returns><c>null</c> when it is no day.</returns>
    public static DayOfWeek? Parse(string word) =>
        Words.Index().Where(entry => entry.Item == word).Select(entry => (DayOfWeek?)entry.Index).FirstOrDefault();
}
