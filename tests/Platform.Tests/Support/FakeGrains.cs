using System.Reflection;
using Orleans;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>Grains of a test, without a cluster.</summary>
public class FakeGrains : DispatchProxy
{
    private Func<Type, object, object> find = (type, _) => throw new InvalidOperationException($"No {type.Name} is there.");

    /// <param name="find">The grain of an interface and a key.</param>
    public static IGrainFactory Of(Func<Type, object, object>? find = null)
    {
        var grains = Create<IGrainFactory, FakeGrains>();
        if (find is not null) ((FakeGrains)grains).find = find;
        return grains;
    }

    // as grains are asked for
    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => find(targetMethod!.GetGenericArguments()[0], args![0]!);
}
