using System.Reflection;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Kernel.Calls;

/// <summary>
/// What processes call at each other. While a version is rolled out, those of two versions do so: a call, a shape and a field keep their
/// names, numbers and types for ever, and what is new is a new one.
/// </summary>
public sealed class CallContractTests
{
    private const string Accept = "TRADEFLOW_ACCEPT";
    private static readonly string File = Path.Combine(Repository.Root, "tests", "Platform.Tests", "Kernel", "Calls", "calls.txt");
    private static readonly Assembly Platform = typeof(KernelModule).Assembly;

    // What stands as text in a shape.
    private static readonly JsonTypeInfo[] Texts =
    [
        TradingJson.Default.OrderView, ConnectorsJson.Default.ConnectRequestBody, ConnectorsJson.Default.ConnectAnswer,
        ConnectorsJson.Default.OptionsRequestBody, ConnectorsJson.Default.OptionsFound, ConnectorsJson.Default.SymbolRequest,
        ConnectorsJson.Default.InstrumentFound, ConnectorsJson.Default.Quote, ConnectorsJson.Default.JobFailure,
    ];

    [Fact]
    public async Task Calls_shapes_and_texts_between_processes_are_those_of_their_file()
    {
        var now = Describe();
        if (Environment.GetEnvironmentVariable(Accept) is not null) await System.IO.File.WriteAllTextAsync(File, now);
        var known = (await System.IO.File.ReadAllTextAsync(File)).ReplaceLineEndings("\n");
        now.ShouldBe(known,
            $"Another version would not understand it. What is only more: run this test with {Accept}=1 and read the difference.");
    }

    [Fact]
    public void What_crosses_has_a_name_that_does_not_follow_the_code()
    {
        foreach (var type in Shapes().Concat(Grains()))
        {
            AliasOf(type).ShouldNotBeNullOrEmpty(type.Name);
            foreach (var call in type.IsInterface ? type.GetMethods() : [])
                AliasOf(call).ShouldNotBeNullOrEmpty($"{type.Name}.{call.Name}");
        }
    }

    [Fact]
    public void What_an_older_version_wrote_is_read_and_what_it_does_not_know_has_a_harmless_value()
    {
        var order = Guid.NewGuid();
        Through<OldSubmitted, SubmittedOrder>(new OldSubmitted(order)).ShouldBe(new SubmittedOrder(order, TimeSpan.Zero, null));
        Through<SubmittedOrder, OldSubmitted>(new SubmittedOrder(order, TimeSpan.FromSeconds(2), "a trace"))
            .ShouldBe(new OldSubmitted(order));
    }

    [Fact]
    public void What_a_newer_version_wrote_is_read_without_what_is_new()
    {
        var order = Guid.NewGuid();
        Through<NewSubmitted, SubmittedOrder>(new NewSubmitted(order, TimeSpan.FromSeconds(2), "a trace", "news", new NewShape([1, 2])))
            .ShouldBe(new SubmittedOrder(order, TimeSpan.FromSeconds(2), "a trace"));
        Through<SubmittedOrder, NewSubmitted>(new SubmittedOrder(order, TimeSpan.FromSeconds(2), "a trace"))
            .ShouldBe(new NewSubmitted(order, TimeSpan.FromSeconds(2), "a trace", null, null));
        Through<NewTold, OrderTold>(new NewTold("{}", 3)).ShouldBe(new OrderTold("{}"));
    }

    private static TRead Through<TWritten, TRead>(TWritten written) where TRead : class
    {
        using var services = new ServiceCollection()
            .AddSerializer(serializer => serializer.AddAssembly(Platform).AddAssembly(typeof(CallContractTests).Assembly))
            .BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        return serializer.Deserialize<TRead>(serializer.SerializeToArray(written))
            ?? throw new InvalidOperationException("Nothing was read.");
    }

    private static string Describe()
    {
        var text = new StringBuilder();
        foreach (var grain in Grains())
        {
            text.Append("grain ").Append(AliasOf(grain)).Append(" by ").Append(KeyOf(grain)).Append('\n');
            foreach (var call in grain.GetMethods().OrderBy(AliasOf, StringComparer.Ordinal))
            {
                var asked = string.Join(", ", call.GetParameters().Select(parameter => NameOf(parameter.ParameterType)));
                text.Append("  ").Append(AliasOf(call)).Append('(').Append(asked).Append(") ").Append(NameOf(call.ReturnType)).Append('\n');
            }
        }
        foreach (var shape in Shapes())
        {
            text.Append("shape ").Append(AliasOf(shape)).Append('\n');
            foreach (var field in shape.GetProperties().Where(field => field.IsDefined(typeof(IdAttribute))).OrderBy(IdOf))
                text.Append("  ").Append(IdOf(field)).Append(' ').Append(field.Name).Append(' ').Append(NameOf(field.PropertyType))
                    .Append('\n');
        }
        HashSet<Type> seen = [];
        foreach (var one in Texts) Describe(one, text, seen);
        return text.ToString();
    }

    private static void Describe(JsonTypeInfo type, StringBuilder text, HashSet<Type> seen)
    {
        if (type.ElementType is { } element) Describe(type.Options.GetTypeInfo(element), text, seen);
        if (type.Kind != JsonTypeInfoKind.Object || !seen.Add(type.Type)) return;
        text.Append("text ").Append(type.Type.Name).Append('\n');
        foreach (var field in type.Properties.OrderBy(field => field.Name, StringComparer.Ordinal))
            text.Append("  ").Append(field.Name).Append(' ').Append(NameOf(field.PropertyType)).Append(field.IsRequired ? " required" : "")
                .Append('\n');
        foreach (var field in type.Properties) Describe(type.Options.GetTypeInfo(field.PropertyType), text, seen);
    }

    private static IEnumerable<Type> Grains() => Platform.GetTypes()
        .Where(type => type is { IsInterface: true, IsGenericType: false } && type.IsAssignableTo(typeof(IGrain)))
        .OrderBy(AliasOf, StringComparer.Ordinal);

    private static IEnumerable<Type> Shapes() => Platform.GetTypes()
        .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)).OrderBy(AliasOf, StringComparer.Ordinal);

    private static string? AliasOf(MemberInfo of) => of.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    private static uint IdOf(PropertyInfo field) => field.GetCustomAttribute<IdAttribute>()!.Id; // asked of those that have one

    private static string KeyOf(Type grain) => typeof(IGrainWithGuidKey).IsAssignableFrom(grain)
        ? "guid" : typeof(IGrainWithIntegerKey).IsAssignableFrom(grain) ? "number" : "text";

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return NameOf(value) + "?";
        if (AliasOf(type) is { } alias) return alias;
        return type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : type.Name;
    }
}

/// <summary>As <see cref="SubmittedOrder"/> was before it had more than the order.</summary>
[GenerateSerializer, Alias("test.old.submitted")]
internal sealed record OldSubmitted([property: Id(0)] Guid Order);

/// <summary>As it may be one day.</summary>
[GenerateSerializer, Alias("test.new.submitted")]
internal sealed record NewSubmitted(
    [property: Id(0)] Guid Order, [property: Id(1)] TimeSpan AtMost, [property: Id(2)] string? Trace, [property: Id(3)] string? More,
    [property: Id(9)] NewShape? Shape);

[GenerateSerializer, Alias("test.new.shape")]
internal sealed record NewShape([property: Id(0)] List<int> Numbers);

[GenerateSerializer, Alias("test.new.told")]
internal sealed record NewTold([property: Id(0)] string Json, [property: Id(1)] int Times);
