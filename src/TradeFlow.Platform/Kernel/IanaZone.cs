namespace TradeFlow.Platform.Kernel;

/// <summary>Time zones as people name them: <c>America/New_York</c>, <c>UTC</c>.</summary>
internal static class IanaZone
{
    /// <summary>What to do where <see cref="IsName"/> is false.</summary>
    public const string Words = "Use an IANA time zone, such as America/New_York.";

    /// <summary>Whether this machine knows it by that name. Windows' own names are none.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId;
}
