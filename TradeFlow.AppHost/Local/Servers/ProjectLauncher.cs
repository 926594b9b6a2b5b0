using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>A .NET project, run from its build output: no build and no second process stand between us and it.</summary>
internal sealed class ProjectLauncher(ProjectResource project, IReadOnlyDictionary<string, int> ports, DistributedApplicationBuilder builder)
    : ProgramLauncher(project, ports, builder)
{
    private readonly string source = project.Annotations.OfType<ProjectAnnotation>().Last().ProjectPath;
    private string assembly = "";

    public override bool Restarts => true;

    // What dies six times in a row and was never healthy will not be by a seventh try: a setting is missing, the data are of another version.
    public override int? GivesUpAfter => 6;

    public override async Task PrepareAsync(CancellationToken ct) => assembly = await AssemblyAsync(ct);

    protected override ProcessSpec Command(IReadOnlyList<string> args) =>
        new(DotNet, [assembly, .. args], Path.GetDirectoryName(source)!);

    protected override void AddDefaults(Dictionary<string, string?> environment)
    {
        environment["OTEL_SERVICE_NAME"] = project.Name;

        var own = Endpoints.Where(endpoint => endpoint.Env is null).Select(endpoint => $"http://localhost:{Ports[endpoint.Name]}").ToList();
        // Also when there is none: the AppHost's own address must not become the child's.
        environment["ASPNETCORE_URLS"] = own.Count > 0 ? string.Join(';', own) : null;
    }

    // The dotnet that runs us: PATH may lead to another, or to none.
    private static string DotNet
    {
        get
        {
            if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host)) return host;
            var root = new DirectoryInfo(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory()).Parent?.Parent?.Parent;
            var beside = root is null ? "" : Path.Combine(root.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            return File.Exists(beside) ? beside : "dotnet";
        }
    }

    private async Task<string> AssemblyAsync(CancellationToken ct)
    {
        if (!File.Exists(source)) throw new DistributedApplicationException($"{project.Name}: there is no project {source}.");

        // Our own output folder ends with {configuration}/{framework}; the project was built with us.
        var name = Path.GetFileNameWithoutExtension(source);
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var usual = Path.Combine(Path.GetDirectoryName(source)!, "bin", output.Parent?.Name ?? "Debug", output.Name, name + ".dll");
        if (File.Exists(usual)) return usual;

        var asked = await Children.RunAsync(new ProcessSpec(DotNet, ["msbuild", source, "-getProperty:TargetPath", "-nologo"], Path.GetDirectoryName(source)!), _ => { }, ct);
        return File.Exists(asked.Trim()) ? asked.Trim() : throw new DistributedApplicationException($"{name} is not built: run dotnet build, then start again.");
    }
}
