using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

internal static class DirectStart
{
    /// <summary>
    /// The built program itself instead of <c>dotnet run</c> in front of it: one process less for each, and back within 2 seconds of a
    /// death and not 5. Aspire puts the project's path and the configuration behind it, which our programs take for settings that nobody
    /// reads.
    /// </summary>
    public static IResourceBuilder<ProjectResource> StartedDirectly(this IResourceBuilder<ProjectResource> project, string assembly)
    {
        // Our own output folder ends with {configuration}/{framework}; the project was built with us.
        var source = Path.GetDirectoryName(project.Resource.GetProjectMetadata().ProjectPath)!;
        var output = new DirectoryInfo(typeof(DirectStart).Assembly.Location).Parent!;
        var built = Path.Combine(source, "bin", output.Parent!.Name, output.Name, assembly + ".dll");
        if (!File.Exists(built)) throw new StartException($"{assembly} is not built: run dotnet build, then start again.");
        // Without a certificate: it is on loopback, and asking for a trusted one is a warning on each page of the dashboard.
        return project.WithAnnotation(new ProjectLaunchArgsOverrideAnnotation(["exec", built], null)).WithoutHttpsCertificate();
    }
}
