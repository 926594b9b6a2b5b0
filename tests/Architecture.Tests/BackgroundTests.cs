using Microsoft.Extensions.Hosting;
using Mono.Cecil;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Architecture.Tests;

/// <summary>What runs in the background never ends in silence and never ends the host.</summary>
public sealed class BackgroundTests
{
    // Its loops are kept by the watch of the lanes, which tells the people of an account too.
    private const string LaneLife = "TradeFlow.Platform.Trading.Lanes.LaneLife";

    [Fact]
    public void Every_background_service_is_a_supervised_one()
    {
        var services = Types().Where(type => type.BaseType?.FullName == typeof(BackgroundService).FullName).Select(type => type.FullName);

        services.ShouldBe(["TradeFlow.Platform.Kernel.SupervisedService"], "derive from SupervisedService");
    }

    [Fact]
    public void A_lane_runs_its_loops_under_supervision()
    {
        Called(LaneLife).ShouldContain("TradeFlow.Platform.Trading.Lanes.LaneWatch");
        Called("TradeFlow.Platform.Trading.Lanes.LaneWatch").ShouldContain(typeof(SupervisedLoop).FullName);

        static IEnumerable<string> Called(string name) => BackgroundTests.Called(Types().Single(type => type.FullName == name))
            .Select(call => call.DeclaringType.FullName);
    }

    [Fact]
    public void What_comes_again_is_a_recurring_job_or_a_supervised_loop()
    {
        var timers = Types()
            .Where(type => type.Fields.Any(field => IsTimer(field.FieldType)) || Called(type).Any(call => IsTimer(call.DeclaringType)));

        timers.Select(type => type.FullName).ShouldBeEmpty("use a RecurringJob, or a loop of a SupervisedService");
    }

    private static bool IsTimer(TypeReference type) =>
        type.FullName is "System.Threading.PeriodicTimer" or "System.Threading.Timer" or "System.Timers.Timer";

    private static IEnumerable<TypeDefinition> Types() => ModuleDefinition.ReadModule(typeof(Migrator).Assembly.Location).GetTypes();

    // Also in lambdas and async methods, which are types of their own.
    private static IEnumerable<MethodReference> Called(TypeDefinition type) => type.NestedTypes.SelectMany(Called).Concat(
        type.Methods.Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions).Select(instruction => instruction.Operand).OfType<MethodReference>());
}
