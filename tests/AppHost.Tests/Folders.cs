namespace TradeFlow.AppHost.Tests;

internal static class Folders
{
    internal static string New() => Directory.CreateTempSubdirectory("apphost-tests-").FullName;
}
