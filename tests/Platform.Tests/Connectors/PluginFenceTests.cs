using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Mono.Cecil;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A plugin runs on its own checked files and on what the contract is made of, wherever else its loader would look.</summary>
[Trait("Control", "P1")]
public sealed class PluginFenceTests : IDisposable
{
    private const string Entry = "TradeFlow.SamplePlugins.Good";
    private readonly PluginFolders folders = new();
    private readonly List<PluginFence> loaded = [];

    [Theory]
    [InlineData(Entry + ".runtimeconfig.json")]
    [InlineData(Entry + ".runtimeconfig.dev.json")]
    public void A_folder_that_names_others_to_load_code_from_is_refused(string file)
    {
        var outside = Path.Combine(folders.Location, "outside");
        var folder = folders.Drop("Good", "Sample", bent =>
        {
            Make(Directory.CreateDirectory(outside).FullName, "Elsewhere");
            File.WriteAllText(Path.Combine(bent, file), $$"""{ "runtimeOptions": { "additionalProbingPaths": ["{{outside}}"] } }""");
        });

        Refusal(folder).ShouldContain($"{file} may name other folders to load code from");
    }

    [Fact]
    public void The_folders_that_settings_of_the_host_name_are_not_looked_through()
    {
        var outside = Directory.CreateDirectory(Path.Combine(folders.Location, "outside")).FullName;
        Make(outside, "Elsewhere");
        var settings = Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():N}.runtimeconfig.json");
        File.WriteAllText(settings, $$"""{ "runtimeOptions": { "tfm": "net10.0", "additionalProbingPaths": ["{{outside}}"] } }""");
        try
        {
            var fence = Load(folders.Drop("Good", "Sample"));

            Should.Throw<FileNotFoundException>(() => fence.Code.LoadFromAssemblyName(new AssemblyName("Elsewhere")));
        }
        finally
        {
            File.Delete(settings);
        }
    }

    [Theory]
    [InlineData("Elsewhere.dll", """, "Elsewhere.dll": { "localPath": "../Elsewhere.dll" }""")]
    [InlineData("libelsewhere.so", """ }, "native": { "libelsewhere.so": { "localPath": "../libelsewhere.so" }""")]
    public void A_list_of_dependencies_that_leads_out_of_the_folder_is_refused(string asset, string listed)
    {
        File.WriteAllText(Path.Combine(folders.Location, asset), "");
        var folder = folders.Drop("Good", "Sample", bent => ChangeDeps(bent, $"\"{Entry}.dll\": {{}}{listed}"));

        Refusal(folder).ShouldContain($"{Entry}.deps.json leads to {asset} outside of the plugin's folder");
    }

    [Fact]
    public void A_list_of_dependencies_that_cannot_be_read_is_refused_with_words()
    {
        var folder = folders.Drop("Good", "Sample", bent => File.WriteAllText(Path.Combine(bent, Entry + ".deps.json"), "{"));

        Refusal(folder).ShouldContain($"{Entry}.deps.json cannot be read");
    }

    [Theory]
    [InlineData(Entry + ".dll")]
    [InlineData(Entry + ".deps.json")]
    [InlineData("connector.json")]
    public void A_file_of_the_copy_that_was_swapped_after_the_check_ends_the_load(string file)
    {
        var folder = folders.Drop("Good", "Sample");
        var files = PackageFiles.Read(folder);
        File.AppendAllText(Path.Combine(folder, file), " ");

        Should.Throw<PluginRefusedException>(() => Load(folder, files)).Message.ShouldContain($"{file} is not a file that was checked");
    }

    [Fact]
    public void A_file_that_was_put_beside_the_copies_after_the_check_ends_the_load()
    {
        var folder = folders.Drop("Good", "Sample");
        var files = PackageFiles.Read(folder);
        Make(folder, "Elsewhere");

        var refused = Should.Throw<PluginRefusedException>(() => Load(folder, files));
        refused.Message.ShouldContain("Elsewhere.dll is not a file that was checked");
    }

    [Fact]
    public void A_file_that_was_swapped_before_its_first_use_is_not_loaded_and_is_told()
    {
        var folder = folders.Drop("Good", "Sample", bent => Make(bent, "Late"));
        var fence = Load(folder);
        Make(folder, "Late", type: "Swapped");

        fence.Code.LoadFromAssemblyName(new AssemblyName("Late")).GetTypes().ShouldBeEmpty();
        fence.Breach.ShouldNotBeNull().ShouldContain("Late.dll is not a file that was checked");
    }

    [Fact]
    public void A_file_of_its_own_is_loaded_from_the_copy_when_it_is_needed()
    {
        var folder = folders.Drop("Good", "Sample", bent => Make(bent, "Late"));
        var fence = Load(folder);

        var late = fence.Code.LoadFromAssemblyName(new AssemblyName("Late"));

        (late.Location, AssemblyLoadContext.GetLoadContext(late), late.GetTypes().Single().Name)
            .ShouldBe((Path.Combine(folder, "Late.dll"), fence.Code, "Plain"));
        fence.Breach.ShouldBeNull();
    }

    [Fact]
    public void A_plugin_that_stands_on_an_assembly_of_the_platform_is_refused_and_the_assembly_named()
    {
        var folder = folders.Drop("Loud", "Loud", bent => File.Delete(Path.Combine(bent, "Microsoft.Extensions.Logging.dll")));

        Refusal(folder)
            .ShouldStartWith("TradeFlow.SamplePlugins.Loud.dll uses Microsoft.Extensions.Logging, which is not in the plugin's folder");
    }

    [Theory]
    [InlineData("Npgsql")]
    [InlineData("npgsql")]
    [InlineData("TradeFlow.Platform")]
    [InlineData("Microsoft.AspNetCore.Http")]
    public void A_plugin_that_asks_for_an_assembly_of_the_platform_by_name_gets_an_empty_one(string name)
    {
        var fence = Load(folders.Drop("Good", "Sample"));

        fence.Code.LoadFromAssemblyName(new AssemblyName(name)).GetTypes().Length.ShouldBe(0);
        fence.Breach.ShouldBeNull();
    }

    [Fact]
    public void However_often_and_by_whatever_version_it_asks_it_gets_nothing_of_the_platform()
    {
        var fence = Load(folders.Drop("Good", "Sample"));
        var own = typeof(Npgsql.NpgsqlConnection).Assembly;
        AssemblyName[] names = [new("Npgsql, Version=1.0.0.0"), new("Npgsql, Version=2.0.0.0"), own.GetName(), new("NPGSQL")];

        var given = names.Concat(names).AsParallel().WithDegreeOfParallelism(names.Length * 2)
            .Select(name => fence.Code.LoadFromAssemblyName(name));

        given.ToList().ShouldAllBe(assembly => assembly != own && assembly.GetTypes().Length == 0);
    }

    [Fact]
    public void What_a_plugin_loads_from_elsewhere_by_itself_is_told()
    {
        Make(folders.Location, "Elsewhere");
        var fromFile = Load(folders.Drop("Good", "File"));
        var fromMemory = Load(folders.Drop("Good", "Memory"));

        fromFile.Code.LoadFromAssemblyPath(Path.Combine(folders.Location, "Elsewhere.dll"));
        fromMemory.Code.LoadFromStream(new MemoryStream(File.ReadAllBytes(Path.Combine(folders.Location, "Elsewhere.dll"))));

        fromFile.Breach.ShouldBe("It has loaded Elsewhere, which is not one of its files that were checked.");
        fromMemory.Breach.ShouldBe(fromFile.Breach);
    }

    [Fact]
    public void Code_that_a_plugin_makes_while_it_runs_is_no_breach()
    {
        var fence = Load(folders.Drop("Good", "Sample"));

        using (fence.Code.EnterContextualReflection())
            AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("made"), AssemblyBuilderAccess.RunAndCollect)
                .DefineDynamicModule("made").DefineType("Made").CreateType();

        fence.Breach.ShouldBeNull();
    }

    [Fact]
    public void A_plugin_that_brings_a_newer_contract_is_refused_and_told_which_to_use()
    {
        const string Abstractions = "Microsoft.Extensions.Logging.Abstractions";
        var folder = folders.Drop("Loud", "Loud", bent =>
        {
            Make(bent, Abstractions, version: new Version(99, 0, 0, 0));
            var path = Path.Combine(bent, "TradeFlow.SamplePlugins.Loud.dll");
            using var module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(path)));
            module.AssemblyReferences.Single(reference => reference.Name == Abstractions).Version = new Version(99, 0, 0, 0);
            module.Write(path);
        });

        Refusal(folder).ShouldContain($"It brings a {Abstractions} that is newer than the platform's");
    }

    [Fact]
    public void The_code_of_thirty_loads_is_collected_thirty_times()
    {
        var folder = folders.Drop("Loud", "Loud");
        List<WeakReference> left = [];
        for (var i = 0; i < 30; i++) left.AddRange(LoadAndLeave(folder));

        for (var i = 0; i < 15 && left.Exists(code => code.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        left.Count(code => !code.IsAlive).ShouldBe(3 * 30);
    }

    public void Dispose()
    {
        foreach (var fence in loaded) fence.Leave();
        folders.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] LoadAndLeave(string folder)
    {
        var files = PackageFiles.Read(folder);
        var (fence, _) = PluginLoader.Load(folder, files, PluginFolder.ReadManifest(files));
        // Something that the host kept out, which has to go too.
        var empty = fence.Code.LoadFromAssemblyName(new AssemblyName("Npgsql"));
        return [fence.Leave(), new WeakReference(fence), new WeakReference(empty)];
    }

    private PluginFence Load(string folder, PackageFiles? judged = null)
    {
        var files = judged ?? PackageFiles.Read(folder);
        var (fence, _) = PluginLoader.Load(folder, files, PluginFolder.ReadManifest(files));
        loaded.Add(fence);
        return fence;
    }

    private string Refusal(string folder)
    {
        var refused = Should.Throw<PluginRefusedException>(() => Load(folder));
        refused.State.ShouldBe(PluginState.NotSupported);
        return refused.Message;
    }

    private static void Make(string folder, string name, string type = "Plain", Version? version = null)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType(type, System.Reflection.TypeAttributes.Public).CreateType();
        assembly.Save(Path.Combine(folder, name + ".dll"));
    }

    private static void ChangeDeps(string folder, string runtime)
    {
        var path = Path.Combine(folder, Entry + ".deps.json");
        var text = File.ReadAllText(path);
        var plain = $"\"{Entry}.dll\": {{}}";
        text.ShouldContain(plain);
        File.WriteAllText(path, text.Replace(plain, runtime, StringComparison.Ordinal));
    }
}
