using System.Diagnostics;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class TracesTests : IDisposable
{
    private readonly Traces traces = new();
    private readonly OrderId order = new(Guid.NewGuid());
    private readonly ActivityListener listener =
        new() { ShouldListenTo = source => source.Name == "TradeFlow", Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };

    public TracesTests() => ActivitySource.AddActivityListener(listener);

    [Fact]
    public void The_work_on_an_order_goes_on_in_the_trace_of_its_alert()
    {
        string? here;
        ActivityTraceId alert;
        using (var request = Traces.Step("request").ShouldNotBeNull())
        {
            here = Traces.Here;
            alert = request.TraceId;
        }

        traces.Await(order.Value, here);
        using var work = traces.Begin("work", order.Value).ShouldNotBeNull();

        work.TraceId.ShouldBe(alert);
    }

    [Fact]
    public void An_order_that_nobody_told_of_begins_a_trace_of_its_own()
    {
        using var work = traces.Begin("work", order.Value).ShouldNotBeNull();

        work.ParentSpanId.ShouldBe(default);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no trace")]
    [InlineData("00-zz-zz-01")]
    public void What_is_no_place_in_a_trace_is_nothing(string? place)
    {
        traces.Await(order.Value, place);
        using var work = traces.Begin("work", order.Value).ShouldNotBeNull();

        work.ParentSpanId.ShouldBe(default);
    }

    public void Dispose() => listener.Dispose();
}
