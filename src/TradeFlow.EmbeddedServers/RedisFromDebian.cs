namespace TradeFlow.EmbeddedServers;

/// <summary>Redis from the packages of Debian and Ubuntu, unpacked into the data folder: installs nothing and needs no root.</summary>
internal static class RedisFromDebian
{
    // redis-server is a link to redis-check-rdb of redis-tools. The libraries are those that an image of Debian 12 lacks …
    private static readonly string[] Needed = ["redis-server", "redis-tools", "libjemalloc2", "liblzf1", "libatomic1"];

    // … and those that other releases may need besides. Not every release has each of them.
    private static readonly string[] Further =
        ["liblua5.1-0", "lua-cjson", "lua-bitop", "libhiredis0.14", "libhiredis1.1.0", "libsystemd0", "libssl3"];

    internal static async Task<RedisBinary?> GetAsync(IReadOnlyList<string> toolFolders, Action<string> say, CancellationToken ct)
    {
        foreach (var folder in toolFolders)
        {
            if (await AtAsync(Path.Combine(folder, "redis"), ct) is { } there) return there;
        }

        if (Programs.Tool("apt-get") is not { } apt || Programs.Tool("dpkg") is not { } dpkg) return null;

        var target = Path.Combine(toolFolders[0], "redis");
        say($"Redis is not on this machine: bringing Debian's packages into {target} (2 MB).");
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true); // There, and it does not run.
        try
        {
            await ToolFolder.FillAsync(target, draft => UnpackAsync(apt, dpkg, draft, say, ct), ct);
        }
        catch (StartException fault)
        {
            say($"Redis could not be brought: {fault.Message}");
            return null;
        }

        return await AtAsync(target, ct);
    }

    private static async Task UnpackAsync(string apt, string dpkg, string draft, Action<string> say, CancellationToken ct)
    {
        IReadOnlyList<string> options = [];
        try
        {
            await DownloadAsync(options, Needed);
        }
        catch (StartException)
        {
            // No package lists, or old ones. Without root they are fetched into a folder of our own.
            if (!Programs.IsRoot) options = PrivateLists(draft);
            say("Redis: fetching the package lists (apt-get update).");
            await Programs.RunAsync(apt, [.. options, "-q", "update"], draft, ct);
            await DownloadAsync(options, Needed);
        }

        await ExtractAsync();
        if (await AtAsync(draft, ct) is null)
        {
            foreach (var library in Further)
            {
                try
                {
                    await DownloadAsync(options, [library]);
                }
                catch (StartException)
                {
                    // Not in this release; whether it is missed shows when the program runs.
                }
            }

            await ExtractAsync();
        }

        if (options.Count > 0) Directory.Delete(Path.Combine(draft, "apt"), recursive: true);

        Task<string> DownloadAsync(IReadOnlyList<string> with, IReadOnlyList<string> packages) =>
            Programs.RunAsync(apt, [.. with, "-q", "download", .. packages], draft, ct);

        async Task ExtractAsync()
        {
            foreach (var package in Directory.EnumerateFiles(draft, "*.deb"))
            {
                await Programs.RunAsync(dpkg, ["-x", package, draft], draft, ct);
                File.Delete(package);
            }
        }
    }

    private static List<string> PrivateLists(string draft)
    {
        var root = Path.Combine(draft, "apt");
        Directory.CreateDirectory(Path.Combine(root, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(root, "cache", "archives", "partial"));
        return ["-o", $"Dir::State={root}", "-o", "Dir::State::status=/var/lib/dpkg/status", "-o", $"Dir::State::lists={root}/lists", "-o",
            $"Dir::Cache={root}/cache"];
    }

    private static async Task<RedisBinary?> AtAsync(string folder, CancellationToken ct)
    {
        var program = Path.Combine(folder, "usr", "bin", "redis-server");
        if (!File.Exists(program)) return null;

        var libraries = Directory.EnumerateDirectories(Path.Combine(folder, "usr", "lib"), "*-linux-gnu*").ToList();
        var environment = new Dictionary<string, string>
        {
            ["LD_LIBRARY_PATH"] = string.Join(':', [.. libraries, Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? ""]).TrimEnd(':')
        };
        try
        {
            await Programs.RunAsync(program, ["--version"], folder, ct, environment);
            return new RedisBinary(program, environment);
        }
        catch (StartException)
        {
            return null;
        }
    }
}
