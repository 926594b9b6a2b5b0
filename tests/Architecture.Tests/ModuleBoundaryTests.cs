using Mono.Cecil;
using Mono.Cecil.Cil;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Architecture.Tests;

/// <summary>Reads the compiled Platform, so that a reference counts however it is written.</summary>
public sealed class ModuleBoundaryTests
{
    private const string Root = "TradeFlow.Platform.";
    private static readonly List<Use> Uses = ReadUses();

    [Fact]
    public void Every_type_lives_in_a_module() =>
        Types().Where(type => ModuleOf(type) is null && !type.Name.StartsWith('<')).Select(type => type.FullName).ShouldBeEmpty();

    [Fact]
    public void A_module_uses_only_the_contracts_of_another()
    {
        var offenders = Uses.Where(use => use.From != use.To && use.To != "Kernel" && !use.ThroughContracts).Select(use => use.Text).Distinct(StringComparer.Ordinal);

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void The_kernel_uses_no_module() =>
        Uses.Where(use => use.From == "Kernel" && use.To != "Kernel").Select(use => use.Text).Distinct(StringComparer.Ordinal).ShouldBeEmpty();

    [Fact]
    public void Modules_do_not_depend_on_each_other_in_a_circle()
    {
        var graph = Uses.Where(use => use.From != use.To && use.To != "Kernel").GroupBy(use => use.From).ToDictionary(group => group.Key, group => group.Select(use => use.To).ToHashSet());
        List<string> circles = [];
        foreach (var module in graph.Keys) Walk(module, [module]);
        circles.ShouldBeEmpty();

        void Walk(string module, List<string> path)
        {
            foreach (var next in graph.GetValueOrDefault(module, []))
            {
                if (next == path[0]) circles.Add(string.Join(" → ", [.. path, next]));
                else if (!path.Contains(next)) Walk(next, [.. path, next]);
            }
        }
    }

    [Fact]
    public void Every_module_folder_is_known_to_the_migrator()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "TradeFlow.Platform")).Select(path => Path.GetFileName(path)).Except(["bin", "obj"]);

        folders.ShouldBeSubsetOf(Migrator.Modules);
    }

    [Fact]
    public void Types_outside_contracts_and_kernel_are_internal_but_for_the_module_itself()
    {
        var offenders = Types().Where(type => type.IsPublic && !type.Namespace.Contains(".Contracts", StringComparison.Ordinal) && ModuleOf(type) != "Kernel" && !type.Name.EndsWith("Module", StringComparison.Ordinal));

        offenders.Select(type => type.FullName).ShouldBeEmpty();
    }

    private static IEnumerable<TypeDefinition> Types()
    {
        var module = ModuleDefinition.ReadModule(typeof(Migrator).Assembly.Location);
        return module.Types.Where(type => type.Namespace.StartsWith("TradeFlow.", StringComparison.Ordinal));
    }

    private static string? ModuleOf(TypeReference type)
    {
        var outer = type;
        while (outer.DeclaringType is not null) outer = outer.DeclaringType;
        if (!outer.Namespace.StartsWith(Root, StringComparison.Ordinal)) return null;
        return outer.Namespace[Root.Length..].Split('.')[0];
    }

    private static bool IsContract(TypeReference type)
    {
        var outer = type;
        while (outer.DeclaringType is not null) outer = outer.DeclaringType;
        return outer.Namespace.Contains(".Contracts", StringComparison.Ordinal);
    }

    private static List<Use> ReadUses()
    {
        List<Use> uses = [];
        foreach (var type in Types().SelectMany(WithNested))
        {
            if (ModuleOf(type) is not { } from) continue;
            foreach (var used in Referenced(type).SelectMany(Flatten))
                if (ModuleOf(used) is { } to) uses.Add(new Use(from, to, IsContract(used), $"{type.FullName} → {used.FullName}"));
        }
        return uses;
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference> Flatten(TypeReference type)
    {
        if (type is GenericInstanceType generic)
            foreach (var argument in generic.GenericArguments.SelectMany(Flatten)) yield return argument;
        yield return type.GetElementType();
    }

    private static IEnumerable<TypeReference> Referenced(TypeDefinition type)
    {
        if (type.BaseType is not null) yield return type.BaseType;
        foreach (var contract in type.Interfaces) yield return contract.InterfaceType;
        foreach (var field in type.Fields) yield return field.FieldType;
        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var parameter in method.Parameters) yield return parameter.ParameterType;
            if (!method.HasBody) continue;
            foreach (var variable in method.Body.Variables) yield return variable.VariableType;
            foreach (var used in method.Body.Instructions.SelectMany(Operand)) yield return used;
        }
    }

    private static IEnumerable<TypeReference> Operand(Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case TypeReference type:
                yield return type;
                break;
            case MethodReference method:
                yield return method.DeclaringType;
                if (method is GenericInstanceMethod generic)
                    foreach (var argument in generic.GenericArguments) yield return argument;
                break;
            case FieldReference field:
                yield return field.DeclaringType;
                break;
        }
    }

    private sealed record Use(string From, string To, bool ThroughContracts, string Text);
}
