using Microsoft.AspNetCore.StaticFiles;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// Finds the built dashboard in <c>Dashboard:Path</c>. It looks at each request, because the build may end after this process has started.
/// </summary>
internal sealed class DashboardFiles(IConfiguration configuration, IHostEnvironment environment)
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private readonly string root =
        Path.GetFullPath(configuration["Dashboard:Path"] ?? Path.Combine(environment.ContentRootPath, "wwwroot"));

    /// <summary>The file of that path and its type, or <c>null</c>. Nothing above the folder is ever found.</summary>
    public (string Path, string Type)? Find(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal)) return null;
        var file = Path.GetFullPath(Path.Combine(root, path.TrimStart('/')));
        return file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file)
            && Types.TryGetContentType(file, out var type) ? (file, type) : null;
    }
}
