using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// The pages: <c>npm ci</c> when the lock is newer than what npm has put there, <c>npm run build</c> when anything is newer than the last
/// build.
/// </summary>
internal static class DashboardBuild
{
    /// <returns>The folder of the built pages.</returns>
    public static string Add(IDistributedApplicationBuilder builder, string folder)
    {
        var dist = Directory.CreateDirectory(Path.Combine(folder, "dist")).FullName;
        var npm = Programs.Tool("npm") ?? throw new StartException(
            "npm is not on PATH, and the dashboard is built with it: install Node.js 20 or newer (https://nodejs.org), then start again.");
        var hasPackages = IsNewer(Path.Combine(folder, "node_modules", ".package-lock.json"), [Path.Combine(folder, "package-lock.json")]);
        if (hasPackages && IsNewer(Path.Combine(dist, "index.html"), Sources(folder))) return dist;

        var build = Add(builder, npm, "dashboard", folder, "run", "build", "--", "--logLevel", "warn");
        // The scripts of packages are not run: they would run with our rights.
        if (!hasPackages)
            build.WaitForCompletion(Add(builder, npm, "dashboard-packages", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        return dist;
    }

    private static IResourceBuilder<ExecutableResource> Add(
        IDistributedApplicationBuilder builder, string npm, string name, string folder, params string[] arguments)
    {
        var resource = builder.AddExecutable(name, npm, folder, arguments);
        foreach (var (variable, value) in NpmVariables.Of()) resource.WithEnvironment(variable, value);
        return resource;
    }

    private static bool IsNewer(string made, IEnumerable<string> sources) =>
        File.Exists(made) && sources.Max(File.GetLastWriteTimeUtc) <= File.GetLastWriteTimeUtc(made);

    // Folders too: what was deleted is only to be seen there.
    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder).Concat(new[] { "src", "public" }.Select(part => Path.Combine(folder, part)).Where(Directory.Exists)
            .SelectMany(part => Directory.EnumerateFileSystemEntries(part, "*", SearchOption.AllDirectories).Append(part)));
}
