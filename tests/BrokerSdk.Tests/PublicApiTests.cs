using System.Runtime.CompilerServices;

namespace TradeFlow.BrokerSdk.Tests;

/// <summary>
/// What partners compile against changes on purpose or not at all. A line that goes breaks them: that is a new major version, under a new assembly name. A
/// line that comes is a new minor version: raise Version and AssemblyVersion together.
/// </summary>
public sealed class PublicApiTests
{
    private const string Accept = "TRADEFLOW_ACCEPT";

    [Fact]
    public void The_sdk_promises_what_its_list_says() => Compare(typeof(IBrokerConnector), "TradeFlow.BrokerSdk");

    [Fact]
    public void The_conformance_kit_promises_what_its_list_says() => Compare(typeof(Testing.ConformanceRun), "TradeFlow.BrokerSdk.Testing");

    private static void Compare(Type ofAssembly, string project)
    {
        var file = Path.Combine(Root(), "src", project, "PublicApi.txt");
        var now = PublicApi.Lines(ofAssembly.Assembly).ToList();
        if (Environment.GetEnvironmentVariable(Accept) is not null) File.WriteAllLines(file, now);
        var listed = File.Exists(file) ? File.ReadAllLines(file).ToList() : [];

        var gone = InPlace(listed).Except(InPlace(now)).Select(line => $"- {line}");
        var come = InPlace(now).Except(InPlace(listed)).Select(line => $"+ {line}");

        string.Join('\n', gone.Concat(come)).ShouldBeEmpty($"The public API of {project} changed. If that is meant, run this test with {Accept}=1 and read the diff of {file}.");
    }

    // Members with the type that they are of, so that a line says what it is about.
    private static IEnumerable<string> InPlace(List<string> lines)
    {
        var type = "";
        foreach (var line in lines)
        {
            if (!line.StartsWith(' ')) type = line.Split(" : ")[0];
            yield return line.StartsWith(' ') ? $"{type} → {line.Trim()}" : line;
        }
    }

    private static string Root([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "TradeFlow.sln"))) return folder;
        throw new InvalidOperationException("TradeFlow.sln is in no folder above this file.");
    }
}
