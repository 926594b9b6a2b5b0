namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>A built connector in the running system's own plugin directory, put there in one move, as long as the test needs it.</summary>
internal sealed class DroppedPlugin : IDisposable
{
    private readonly string folder;

    public DroppedPlugin(RunningSystem system, string built, string name)
    {
        var staging = Directory.CreateTempSubdirectory("tradeflow-drop-").FullName;
        foreach (var file in Directory.EnumerateFiles(built)) File.Copy(file, Path.Combine(staging, Path.GetFileName(file)));
        folder = Path.Combine(system.PluginDirectory, name);
        Directory.Move(staging, folder);
    }

    /// <summary>The built folder of a sample of the tests.</summary>
    public static string Sample(string name) => Path.Combine(RunningSystem.RepositoryRoot, "artifacts", "sample-plugins", name);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
