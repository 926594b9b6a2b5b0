using System.Collections;

namespace TradeFlow.EmbeddedServers;

/// <summary>
/// The variables that any program may see: where things are, which language, which proxy. Everything else in our environment may be a
/// secret, and reaches a child only when somebody names it for that child.
/// </summary>
public static class CommonVariables
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "NO_COLOR", "TMPDIR", "TMP", "TEMP", "LANG", "LANGUAGE", "TZ",
        "LD_LIBRARY_PATH", "NUGET_PACKAGES", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
        // Windows does not start a program without some of these.
        "SystemRoot", "windir", "SystemDrive", "COMSPEC", "PATHEXT", "OS", "USERNAME", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
        "ProgramData", "ProgramFiles", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
    };

    // What steers .NET, the tools of Aspire and the folders of a desktop.
    private static readonly string[] Families = ["LC_", "DOTNET_", "COMPlus_", "DCP_", "XDG_"];

    public static bool Has(string name) =>
        Names.Contains(name) || Families.Any(family => name.StartsWith(family, StringComparison.Ordinal));

    /// <summary>
    /// Takes all others out of this process, so that what it starts cannot inherit them. Whoever needs one has read it before.
    /// </summary>
    public static void Keep()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => (string)variable.Key)
            .Where(name => !Has(name)).ToList())
            Environment.SetEnvironmentVariable(name, null);
    }
}
