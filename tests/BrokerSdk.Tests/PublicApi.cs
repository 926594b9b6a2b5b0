using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TradeFlow.BrokerSdk.Tests;

/// <summary>All that a published assembly promises, one line each, in an order that only changes with what it says.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    public static IEnumerable<string> Lines(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return $"{Kind(type)} {Name(type)}{Bases(type)}";
            foreach (var line in Members(type).Order(StringComparer.Ordinal)) yield return $"  {line}";
        }
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static)) yield return $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            yield break;
        }
        foreach (var field in type.GetFields(Declared).Where(field => IsSeen(field.Attributes.HasFlag(FieldAttributes.Public), field.IsFamily)))
            yield return $"{(field.IsLiteral ? $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}" : $"{(field.IsStatic ? "static " : "")}field {Name(field.FieldType)} {field.Name}")}";
        foreach (var made in type.GetConstructors(Declared).Where(made => IsSeen(made.IsPublic, made.IsFamily) && !IsCopy(made))) yield return $"new({Parameters(made)})";
        foreach (var property in type.GetProperties(Declared).Where(property => property.GetMethod is { } get && IsSeen(get.IsPublic, get.IsFamily) && !Attribute.IsDefined(property, typeof(CompilerGeneratedAttribute)) && property.Name != "EqualityContract"))
            yield return $"{(Attribute.IsDefined(property, typeof(RequiredMemberAttribute)) ? "required " : "")}{Modifiers(property.GetMethod!)}{Name(property)} {property.Name} {{ get; {Setter(property)}}}";
        foreach (var happening in type.GetEvents(Declared).Where(happening => happening.AddMethod!.IsPublic)) yield return $"event {Name(happening.EventHandlerType!)} {happening.Name}";
        foreach (var method in type.GetMethods(Declared).Where(method => IsSeen(method.IsPublic, method.IsFamily) && !method.IsSpecialName && !IsOfRecord(method)))
            yield return $"{Modifiers(method)}{Name(method.ReturnParameter)} {method.Name}{Generics(method)}({Parameters(method)})";
    }

    private static bool IsSeen(bool isPublic, bool isFamily) => isPublic || isFamily;

    private static bool IsCopy(ConstructorInfo made) => made.GetParameters() is [{ } only] && only.ParameterType == made.DeclaringType;

    // What the compiler gives every record.
    private static bool IsOfRecord(MethodInfo method) => method.Name is "<Clone>$" or "PrintMembers" or "Deconstruct"
        || (Attribute.IsDefined(method, typeof(CompilerGeneratedAttribute)) && method.Name is "Equals" or "GetHashCode" or "ToString");

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum) return "";
        var inherited = type.BaseType?.GetInterfaces().ToHashSet() ?? [];
        var own = type.GetInterfaces().Where(face => !inherited.Contains(face) && face.Name != "IEquatable`1").Select(Name).Order(StringComparer.Ordinal);
        var all = (type.BaseType is { } above && above != typeof(object) && above != typeof(ValueType) ? [Name(above)] : Array.Empty<string>()).Concat(own).ToList();
        return all.Count == 0 ? "" : " : " + string.Join(", ", all);
    }

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic) return method.IsAbstract ? "static abstract " : "static ";
        var seen = method.IsFamily ? "protected " : "";
        if (method.DeclaringType!.IsInterface) return seen + (method.IsAbstract ? "" : "default ");
        return seen + (method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");
    }

    private static string Setter(PropertyInfo property) => property.SetMethod is not { } set || !IsSeen(set.IsPublic, set.IsFamily) ? ""
        : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";

    private static string Generics(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static string Name(ParameterInfo parameter) => Name(parameter.ParameterType) + Mark(Nullability.Create(parameter), parameter.ParameterType);

    private static string Name(PropertyInfo property) => Name(property.PropertyType) + Mark(Nullability.Create(property), property.PropertyType);

    private static string Mark(NullabilityInfo info, Type type) => !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Name(inner) + "?";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter) return type.Name;
        var name = type.Namespace is "System" or "System.Collections.Generic" or "System.Threading" or "System.Threading.Tasks" ? type.Name : type.FullName ?? type.Name;
        if (!type.IsGenericType) return name;
        var open = type.GetGenericTypeDefinition();
        name = (open.FullName ?? open.Name).Split('`')[0];
        if (open.Namespace is "System" or "System.Collections.Generic" or "System.Threading.Tasks") name = open.Name.Split('`')[0];
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
