using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using TradeFlow.Platform.Kernel;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace TradeFlow.Architecture.Tests;

/// <summary>Reads the compiled Platform, so that a reference counts however it is written.</summary>
public sealed class ModuleBoundaryTests
{
    private const string Root = @"^TradeFlow\.Platform\.";

    // What only a class with behaviour needs.
    private const string Means = @"^(Npgsql|StackExchange\.Redis|Microsoft\.EntityFrameworkCore|Microsoft\.AspNetCore|Microsoft\.Extensions\.(Configuration|Hosting|DependencyInjection))\."
        + @"|^TradeFlow\.Platform\.Kernel\.(Database|TenantDb|TenantContext|RedisBus|SecretBox|Supervisor)$";

    private static readonly ArchUnitNET.Domain.Architecture Platform = new ArchLoader().LoadAssembly(typeof(Migrator).Assembly).Build();

    public static TheoryData<string> Folders =>
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "TradeFlow.Platform"))
            .Select(path => Path.GetFileName(path)).Except(["bin", "obj"])];

    [Fact]
    public void Every_type_lives_in_a_module() =>
        Types().That().ResideInNamespaceMatching(@"^TradeFlow\.").Should()
            .ResideInNamespaceMatching(Inside(string.Join('|', Folders.Select(row => row.Data))))
            .Check(Platform);

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_module_uses_only_the_contracts_of_another_and_the_classes_that_it_opens(string module)
    {
        var theirs = Types().That().ResideInNamespaceMatching($@"{Root}(?!(Kernel|{module})(\.|$))")
            .And().DoNotResideInNamespaceMatching(@"\.Contracts(\.|$)")
            .And().FollowCustomPredicate(type => !Open.Contains(Outermost(type.FullName)), "are not open to modules");

        Types().That().ResideInNamespaceMatching(Inside(module)).Should().NotDependOnAny(theirs).Check(Platform);
    }

    [Theory]
    [InlineData("Accounts")]
    [InlineData("Billing")]
    [InlineData("Live")]
    [InlineData("Strategies")]
    [InlineData("Tenancy")]
    public void Contracts_hold_shapes_only(string module)
    {
        var own = Types().That().ResideInNamespaceMatching(Inside(module)).And().DoNotResideInNamespaceMatching(@"\.Contracts(\.|$)");

        Types().That().ResideInNamespaceMatching($@"{Root}{module}\.Contracts(\.|$)").Should().NotDependOnAny(own).Check(Platform);
        // An interface says what its module asks of others in what they have at hand: a connection, a request.
        Platform.Types.Where(type => type is not Interface && Regex.IsMatch(type.FullName, $@"{Root}{module}\.Contracts\."))
            .SelectMany(type => type.Dependencies.Select(dependency => dependency.Target.FullName).Where(name => Regex.IsMatch(name, Means))
                .Select(name => $"{type.FullName} uses {name}"))
            .Distinct().ShouldBeEmpty("it has behaviour: move it to the folder whose work it does, and mark it [OpenToModules]");
    }

    [Fact]
    public void A_class_is_open_to_modules_because_another_uses_it() =>
        Open.Where(name => !Platform.Types.Any(type => ModuleOf(type.FullName) is { } module && module != ModuleOf(name)
                && type.Dependencies.Any(dependency => Outermost(dependency.Target.FullName) == name)))
            .ShouldBeEmpty("take [OpenToModules] away");

    [Fact]
    public void The_kernel_uses_no_module() =>
        Types().That().ResideInNamespaceMatching(Inside("Kernel")).Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching($@"{Root}(?!Kernel(\.|$))")).Check(Platform);

    [Fact]
    public void Modules_do_not_depend_on_each_other_in_a_circle()
    {
        // A pattern would make a slice of each namespace below a module too.
        var slices = new SliceRuleCreator();
        slices.SetSliceAssignment(new SliceAssignment(ModuleOf, "of modules"));

        new GivenSlices(slices).Should().BeFreeOfCycles().Check(Platform);
    }

    [Theory]
    [InlineData("Accounts")]
    [InlineData("Admin")]
    [InlineData("Alerts")]
    [InlineData("Billing")]
    [InlineData("Delivery")]
    [InlineData("Insights")]
    [InlineData("Kernel")]
    [InlineData("Live")]
    [InlineData("OAuth")]
    [InlineData("Outgoing")]
    [InlineData("Rights")]
    [InlineData("Strategies")]
    [InlineData("Tenancy")]
    public void The_folders_of_a_module_do_not_depend_on_each_other_in_a_circle(string module)
    {
        var slices = new SliceRuleCreator();
        slices.SetSliceAssignment(new SliceAssignment(FolderOf, $"of folders of {module}"));

        new GivenSlices(slices).Should().BeFreeOfCycles().Check(Platform);

        SliceIdentifier FolderOf(IType type) => type.Namespace.FullName.Split('.') is ["TradeFlow", "Platform", var its, var folder, ..]
            && its == module
            ? SliceIdentifier.Of(folder) : SliceIdentifier.Ignore();
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_module_folder_is_known_to_the_migrator(string module) => Migrator.Modules.ShouldContain(module);

    [Fact]
    public void Types_outside_contracts_and_kernel_are_internal_but_for_the_module_itself() =>
        Types().That().ArePublic().And().AreNotNested().And().DoNotResideInNamespaceMatching(@"\.Contracts(\.|$)").And()
            .DoNotResideInNamespaceMatching(Inside("Kernel"))
            .Should().HaveNameEndingWith("Module").Check(Platform);

    private static HashSet<string> Open { get; } =
        [.. typeof(Migrator).Assembly.GetTypes().Where(type => type.IsDefined(typeof(OpenToModulesAttribute), false))
            .Select(type => type.FullName!)];

    // A type within another is open with it.
    private static string Outermost(string name) => name.Split('+')[0];

    private static string? ModuleOf(string name) => name.Split('.') is ["TradeFlow", "Platform", var module, ..] ? module : null;

    private static SliceIdentifier ModuleOf(IType type) =>
        ModuleOf(type.FullName) is { } module ? SliceIdentifier.Of(module) : SliceIdentifier.Ignore();

    private static string Inside(string module) => $@"{Root}({module})(\.|$)";
}
