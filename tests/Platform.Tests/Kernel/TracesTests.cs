using System.Diagnostics;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class TracesTests : IDisposable
{
    private readonly Traces traces = new();
    private readonly AccountId account = new(Guid.NewGuid());
    private readonly OrderId order = new(Guid.NewGuid());
    private readonly ActivityListener listener = new() { ShouldListenTo = source => source.Name == "TradeFlow", Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };

    public TracesTests() => ActivitySource.AddActivityListener(listener);

    [Fact]
    public void The_work_on_an_order_goes_on_in_the_trace_of_its_alert()
    {
        string message;
        ActivityTraceId alert;
        using (var request = Traces.Step("request").ShouldNotBeNull())
        {
            message = Traces.Wake(account, order);
            alert = request.TraceId;
        }

        traces.TryHear(message, out var heard).ShouldBeTrue();
        using var work = traces.Begin("work", order.Value).ShouldNotBeNull();

        heard.ShouldBe(account.Value);
        work.TraceId.ShouldBe(alert);
    }

    [Fact]
    public void An_order_that_nobody_told_of_begins_a_trace_of_its_own()
    {
        using var work = traces.Begin("work", order.Value).ShouldNotBeNull();

        work.ParentSpanId.ShouldBe(default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("nobody order trace")]
    public void A_message_that_names_no_account_wakes_nobody(string message) => traces.TryHear(message, out _).ShouldBeFalse();

    [Theory]
    [InlineData("{0}")]
    [InlineData("\"{0}\"")]
    [InlineData("{0} {1} no trace")]
    [InlineData("{0} {1} 00-zz-zz-01")]
    [InlineData("{0} no-order 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public void Whatever_stands_behind_the_account_it_is_woken(string message)
    {
        traces.TryHear(string.Format(null, message, account, order), out var heard).ShouldBeTrue();

        heard.ShouldBe(account.Value);
    }

    public void Dispose() => listener.Dispose();
}
