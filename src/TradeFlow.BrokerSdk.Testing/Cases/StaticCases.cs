using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class StaticCases
{
    private const long LargestFolder = 32 * 1024 * 1024;
    private const string SdkName = "TradeFlow.BrokerSdk";
    private const string Nothing = "The built folder.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-S10", ConformanceLevel.L0, "The manifest can be read", Nothing, "connector.json is parsed.", "—", "No problem is found.",
            ManifestReads),
        Card("TC-S15",
            ConformanceLevel.L0, "The manifest uses the words of the SDK", Nothing, "Every closed list of the manifest is looked at.", "—",
            "Order types, position mode, unit, stream, id mode, request classes, field types are known; secrets are secret.",
            ManifestWords),
        Card("TC-S20", ConformanceLevel.L0, "Endpoints are encrypted", Nothing, "Every endpoint of a mode that is not for development.",
            "—", "https or wss.", EndpointsEncrypted),
        Card("TC-S30", ConformanceLevel.L0, "There is one factory", Nothing, "The entry assembly's public classes are read.", "—",
            "Exactly one implements IConnectorFactory, and it has a public constructor without parameters.", OneFactory),
        Card("TC-S40", ConformanceLevel.L0, "Only allowed assemblies are referenced", Nothing,
            "References of every assembly in the folder.", "—",
            "The runtime's, the SDK, Logging.Abstractions and DependencyInjection.Abstractions, or a file of the folder.",
            AllowedReferences),
        Card("TC-S45", ConformanceLevel.L0, "The host's assemblies are not in the folder", Nothing, "File names.", "—",
            "No copy of the SDK, of the kit or of Logging.Abstractions.", NoCopyOfTheHost),
        Card("TC-S50", ConformanceLevel.L0, "The SDK of the manifest is the one it was built with", Nothing,
            "The entry assembly's reference to the SDK.", "—", "The major version of the range, not above this kit's SDK.", SdkVersion),
        Card("TC-S60", ConformanceLevel.L0, "No forbidden API is used", Nothing,
            "Every member that an assembly of the folder with a reference to the SDK uses.", "—",
            "No HttpClient, socket, thread, timer, process, file writing, wall clock, reflection JSON.", NoBannedApi),
        Card("TC-S70", ConformanceLevel.L0, "Nothing native is called", Nothing, "Imports of the plugin's own assemblies.", "—", "None.",
            NothingNative),
        Card("TC-S80", ConformanceLevel.L0, "The folder is small", Nothing, "Sizes.", "—", "At most 32 MiB.", Small),
        Card("TC-S90", ConformanceLevel.L0, "Recorded answers say where they come from", "testdata/outcomes*.json.", "Every row is read.",
            "—", "Known commands and outcomes; a source; a refusal has words.", RecordingsAreSound, "There is no testdata folder."),
    ];

    private static ConnectorManifest Manifest(CaseStage s) =>
        LoadedPlugin.TryManifest(s.Target.PluginFolder) ?? throw new CaseSkippedException("The manifest cannot be read: TC-S10.");

    private static Task ManifestReads(CaseStage s)
    {
        var path = Path.Combine(s.Target.PluginFolder, "connector.json");
        Require(File.Exists(path), $"There is no {path}.");
        try
        {
            var manifest = ConnectorManifest.Parse(File.ReadAllText(path));
            Require(File.Exists(Path.Combine(s.Target.PluginFolder, manifest.EntryAssembly)),
                $"There is no {manifest.EntryAssembly} in the folder.");
        }
        catch (FormatException e)
        {
            Fail(e.Message);
        }
        return Task.CompletedTask;
    }

    private static Task ManifestWords(CaseStage s)
    {
        var manifest = Manifest(s);
        List<string> problems = [];
        Known(problems, "capabilities.orderTypes", manifest.Capabilities.OrderTypes, "market", "limit", "stop");
        Known(problems, "capabilities.positionMode", [manifest.Capabilities.PositionMode], "hedging", "netting");
        Known(problems, "capabilities.quantityUnit", [manifest.Capabilities.QuantityUnit], "lots", "contracts", "units");
        Known(problems, "capabilities.stream", [manifest.Capabilities.Stream], "push", "poll");
        Known(problems, "clientOrderId.mode", [manifest.ClientOrderId.Mode], "none", "echoed", "unique");
        Known(problems, "rateLimits.class", manifest.RateLimits.Select(limit => limit.Class), "order", "cancel", "query", "auth", "quote");
        Known(problems, "rateLimits.scope", manifest.RateLimits.Select(limit => limit.Scope), "ip", "credential", "account", "plugin");
        Known(problems, "environments.mode", manifest.Environments.Select(environment => environment.Mode), "demo", "live", "sim");
        Known(problems, "connect.fields.type", manifest.Connect.Fields.Select(field => field.Type), "text", "email", "password", "url",
            "select", "number", "bool");
        if (!manifest.Capabilities.OrderTypes.Contains("market")) problems.Add("capabilities.orderTypes: market orders are needed.");
        if (manifest.ClientOrderId.Mode is not "none" && manifest.ClientOrderId.MaxLength < 24)
            problems.Add("clientOrderId.maxLength: our ids have 24 characters.");
        if (manifest.Lookup is { ByClientOrderId: true } && manifest.ClientOrderId.Mode is "none")
            problems.Add("lookup.byClientOrderId: the venue does not know our id (clientOrderId none).");
        if (manifest.RateLimits.Any(limit => limit.Permits <= 0 || limit.PerSeconds <= 0))
            problems.Add("rateLimits: permits and perSeconds are above zero.");
        problems.AddRange(manifest.Connect.Fields.Where(field => field is { Type: "password", Secret: false })
            .Select(field => $"connect.fields: '{field.Key}' is a password and not secret."));
        Require(problems.Count == 0, string.Join(" ", problems));
        return Task.CompletedTask;
    }

    private static void Known(List<string> problems, string where, IEnumerable<string> words, params string[] known) =>
        problems.AddRange(
            words.Where(word => !known.Contains(word)).Select(word => $"{where}: '{word}' is none of {string.Join(", ", known)}."));

    private static Task EndpointsEncrypted(CaseStage s)
    {
        var open = Manifest(s).Environments.Where(environment => environment is { DevelopmentOnly: false, Mode: not "sim" })
            .SelectMany(environment => environment.Endpoints.Where(endpoint => endpoint.Value.Url.Scheme is not ("https" or "wss"))
                .Select(endpoint => $"{environment.Mode}.{endpoint.Key}")).ToList();
        Require(open.Count == 0, $"Credentials would travel in the clear: {string.Join(", ", open)}.");
        return Task.CompletedTask;
    }

    private static Task OneFactory(CaseStage s)
    {
        using var entry = Entry(s);
        var factories = entry.Factories.ToList();
        Require(factories.Count == 1, $"{factories.Count} public classes implement IConnectorFactory.");
        Require(factories[0].Makable, $"{factories[0].Name} has no public constructor without parameters.");
        return Task.CompletedTask;
    }

    private static Task AllowedReferences(CaseStage s)
    {
        var files = Assemblies(s).Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<string> problems = [];
        foreach (var path in Assemblies(s))
        {
            using var assembly = AssemblyFile.Open(path);
            if (assembly is null) continue;
            problems.AddRange(assembly.References.Select(reference => reference.Name)
                .Where(name => !IsAllowed(name) && !files.Contains(name)).Select(name => $"{Path.GetFileName(path)} needs {name}."));
        }
        Require(problems.Count == 0, string.Join(" ", problems));
        return Task.CompletedTask;
    }

    // ASP.NET Core, Entity Framework and the like are not in the Worker's load path for plugins.
    private static bool IsAllowed(string name) => LoadedPlugin.IsShared(name)
        || name is "netstandard" or "mscorlib" or "System" or "Microsoft.CSharp" or "Microsoft.Win32.Primitives"
        || name.StartsWith("System.", StringComparison.Ordinal);

    private static Task NoCopyOfTheHost(CaseStage s)
    {
        var copies = Assemblies(s).Select(path => Path.GetFileName(path))
            .Where(name => name.StartsWith(SdkName + ".", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Microsoft.Extensions.Logging.Abstractions.dll", StringComparison.OrdinalIgnoreCase)).ToList();
        Require(copies.Count == 0,
            $"The host brings {string.Join(", ", copies)}; a copy beside the plugin is another type with the same name.");
        return Task.CompletedTask;
    }

    private static Task SdkVersion(CaseStage s)
    {
        var manifest = Manifest(s);
        using var entry = Entry(s);
        var built = entry.References.FirstOrDefault(reference => reference.Name is SdkName).Version;
        Require(built is not null, "The entry assembly does not reference the SDK.");
        var named = Version.Parse(manifest.Sdk.TrimStart('^'));
        var ours = typeof(IConnectorFactory).Assembly.GetName().Version!; // every assembly has one
        Require(built.Major == named.Major && built.Minor <= named.Minor,
            $"The manifest says {manifest.Sdk}, the assembly was built against {built.ToString(2)}.");
        Require(built.Major == ours.Major && built.Minor <= ours.Minor,
            $"It needs SDK {built.ToString(2)}; this kit has {ours.ToString(2)}.");
        return Task.CompletedTask;
    }

    private static Task NoBannedApi(CaseStage s)
    {
        List<string> problems = [];
        foreach (var path in Assemblies(s))
        {
            using var assembly = AssemblyFile.Open(path);
            if (assembly is null || !IsOwn(assembly)) continue;
            foreach (var (name, _, signature) in assembly.UsedMembers)
            {
                if (BannedApi.Instead(name, signature) is { } instead) problems.Add($"{Path.GetFileName(path)} uses {name}: {instead}.");
            }
        }
        Require(problems.Count == 0, string.Join(" ", problems.Distinct(StringComparer.Ordinal)));
        return Task.CompletedTask;
    }

    private static Task NothingNative(CaseStage s)
    {
        foreach (var path in Assemblies(s))
        {
            using var assembly = AssemblyFile.Open(path);
            if (assembly is null || !IsOwn(assembly)) continue;
            var imports = assembly.NativeImports.ToList();
            Require(imports.Count == 0, $"{Path.GetFileName(path)} imports {string.Join(", ", imports)}.");
        }
        return Task.CompletedTask;
    }

    private static Task Small(CaseStage s)
    {
        var size = new DirectoryInfo(s.Target.PluginFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Require(size <= LargestFolder, $"The folder has {size / 1024 / 1024} MiB.");
        return Task.CompletedTask;
    }

    private static Task RecordingsAreSound(CaseStage s)
    {
        SkipUnless(Directory.Exists(s.Target.TestDataFolder), "There is no testdata folder.");
        foreach (var row in Recordings.Load(s.Target.TestDataFolder))
        {
            Require(row.Source.Length > 0, $"'{row.Name}' does not say where the answer was seen.");
            Require(row.Expect.Outcome is not "rejected" || row.Expect.Text is { Length: > 0 },
                $"'{row.Name}' is a refusal without the broker's words.");
        }
        return Task.CompletedTask;
    }

    private static AssemblyFile Entry(CaseStage s)
    {
        var path = Path.Combine(s.Target.PluginFolder, Manifest(s).EntryAssembly);
        SkipUnless(File.Exists(path), "There is no entry assembly: TC-S10.");
        return AssemblyFile.Open(path) ?? throw new CaseFailedException($"{Path.GetFileName(path)} is no managed assembly.");
    }

    // Dependencies have their own ways; what is written for the SDK keeps its rules.
    private static bool IsOwn(AssemblyFile assembly) => assembly.References.Any(reference => reference.Name is SdkName);

    private static IEnumerable<string> Assemblies(CaseStage s) =>
        Directory.EnumerateFiles(s.Target.PluginFolder, "*.dll", SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal);
}
