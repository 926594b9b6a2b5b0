namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>Which names a file of a package may bear: relative, with forward slashes, and below the folder wherever it is put.</summary>
internal static class FileNames
{
    /// <returns>What is wrong with the name, or <c>null</c>.</returns>
    public static string? Problem(string name)
    {
        // A colon is a drive or a second stream of a file on Windows, a backslash a folder there and a letter elsewhere.
        var leadsOut = name.Length == 0 || name.Contains('\\') || name.Contains(':') || name.Any(char.IsControl)
            || name.Split('/').Any(part => part is "" or "." or "..");
        return leadsOut
            ? $"\"{new string([.. name.Where(letter => !char.IsControl(letter)).Take(80)])}\" is no name of a file inside the package"
            : null;
    }
}
