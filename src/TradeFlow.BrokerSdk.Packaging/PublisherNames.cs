namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>The names of publishers: one word, so that no two look alike and none breaks a line.</summary>
internal static class PublisherNames
{
    public const string Rule = "small letters, digits and dashes, 1 to 64 of them, beginning with a letter or a digit";

    public static bool IsOne(string? name) =>
        name is { Length: > 0 and <= 64 } && name[0] != '-'
        && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
