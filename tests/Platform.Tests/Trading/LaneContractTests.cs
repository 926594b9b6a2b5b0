using System.Reflection;
using Orleans;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>What one Worker calls at another, which may be of the version before or after: it only ever grows.</summary>
public sealed class LaneContractTests
{
    [Fact]
    public void The_calls_of_a_lane_keep_the_names_under_which_other_versions_know_them()
    {
        var calls = typeof(ILane).GetMethods()
            .Select(call => $"{Alias(call)}({string.Join(", ", call.GetParameters().Select(parameter => parameter.ParameterType.Name))}) {call.ReturnType.Name}");

        Alias(typeof(ILane)).ShouldBe("lane");
        calls.Order(StringComparer.Ordinal).ShouldBe(["ensure() Task", "move(String) Task"]);
    }

    private static string? Alias(MemberInfo of) => of.GetCustomAttribute<AliasAttribute>()?.Alias;
}
