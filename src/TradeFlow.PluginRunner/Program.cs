using TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

namespace TradeFlow.PluginRunner;

internal static class Program
{
    private static Task<int> Main(string[] args) => PluginProgram.RunAsync(args);
}
