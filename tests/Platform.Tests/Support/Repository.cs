using System.Runtime.CompilerServices;

namespace TradeFlow.Platform.Tests.Support;

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "TradeFlow.sln"))) return folder;
        throw new InvalidOperationException("TradeFlow.sln is in no folder above this file.");
    }
}
