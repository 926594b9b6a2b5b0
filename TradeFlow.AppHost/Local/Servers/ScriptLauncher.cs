using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>An npm script, after its packages: <c>npm ci</c> runs only when the lock is another than the one it last ran for.</summary>
internal sealed class ScriptLauncher(JavaScriptAppResource app, IReadOnlyDictionary<string, int> ports, DistributedApplicationBuilder builder, LogBook book)
    : ProgramLauncher(app, ports, builder)
{
    private readonly string script = app.Annotations.OfType<ScriptAnnotation>().Last().Script;
    private readonly NpmAnnotation npm = app.Annotations.OfType<NpmAnnotation>().LastOrDefault() ?? new NpmAnnotation(Install: true, InstallCommand: null, []);

    // A script with a port is a server; one without builds something and ends.
    public override bool RunsToEnd => Ports.Count == 0;

    private static string Npm => Children.Tool("npm")
        ?? throw new DistributedApplicationException("npm is not on PATH, and the dashboard is built with it: install Node.js 20 or newer (https://nodejs.org), then start again.");

    public override Task PrepareAsync(CancellationToken ct)
    {
        _ = Npm;
        return Task.CompletedTask;
    }

    public override async Task<ProcessSpec?> NextAsync(CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(app.WorkingDirectory, "package.json")))
            throw new DistributedApplicationException($"{app.Name}: there is no package.json in {app.WorkingDirectory}.");

        if (npm.Install) await InstallAsync(ct);
        return await base.NextAsync(ct);
    }

    protected override ProcessSpec Command(IReadOnlyList<string> args)
    {
        string[] port = app is ViteAppResource ? ["--port", Ports["http"].ToString(CultureInfo.InvariantCulture), "--strictPort"] : [];
        string[] rest = [.. port, .. args];
        return new ProcessSpec(Npm, rest.Length == 0 ? ["run", script] : ["run", script, "--", .. rest], app.WorkingDirectory);
    }

    private async Task InstallAsync(CancellationToken ct)
    {
        var lockFile = Path.Combine(app.WorkingDirectory, "package-lock.json");
        var stamp = Path.Combine(app.WorkingDirectory, "node_modules", ".installed-for");
        var wanted = File.Exists(lockFile) ? Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(lockFile, ct))) : "";
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, ct) == wanted) return;

        var command = npm.InstallCommand ?? (wanted.Length > 0 ? "ci" : "install");
        book.Say($"{app.Name}: npm {command} (the packages changed, or it is the first time; takes up to a minute).");
        await Children.RunAsync(
            new ProcessSpec(Npm, [command, "--no-audit", "--no-fund", .. npm.InstallArgs], app.WorkingDirectory)
            {
                // With NODE_ENV=production npm leaves the tools out that build the dashboard.
                Environment = new Dictionary<string, string?> { ["NODE_ENV"] = null },
            },
            book.For(app.Name).Write, ct);
        Directory.CreateDirectory(Path.GetDirectoryName(stamp)!); // npm makes none for a lock without packages.
        await File.WriteAllTextAsync(stamp, wanted, ct);
    }
}
