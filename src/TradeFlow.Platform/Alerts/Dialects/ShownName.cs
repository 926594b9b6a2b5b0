using TradeFlow.Platform.Alerts.Secrets;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>
/// A name that somebody wrote, fit to be the name of a field in an answer: somebody may have pasted a key where a name belongs.
/// </summary>
internal static class ShownName
{
    private const int Longest = 40;

    public static string Of(string name)
    {
        name = Masking.Text(name, []);
        var text = name.Length > Longest ? name[..Longest] + "…" : name;
        return string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '�' : letter));
    }
}
