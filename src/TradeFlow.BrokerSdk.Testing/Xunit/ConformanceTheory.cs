using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>A theory over the cards of a group in which a case can be skipped while it runs, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("TradeFlow.BrokerSdk.Testing.ConformanceDiscoverer", "TradeFlow.BrokerSdk.Testing")]
public sealed class ConformanceTheoryAttribute : TheoryAttribute;

/// <summary>The cards of a group, as the data of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceCardsAttribute : DataAttribute
{
    /// <summary>The cards of this group, up to L2: L3 is run by hand.</summary>
    public ConformanceCardsAttribute(ConformanceGroup group) => Group = group;

    /// <summary>The group.</summary>
    public ConformanceGroup Group { get; }

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        ConformanceSuite.Cases.Where(card => card.Group == Group && card.Level <= ConformanceLevel.L2).Select(card => new object[] { card.ToString() });
}

internal sealed class ConformanceSkipException(string reason) : Exception(reason);

/// <summary>Makes one test of each card.</summary>
public sealed class ConformanceDiscoverer : TheoryDiscoverer
{
    /// <summary>Called by xunit.</summary>
    public ConformanceDiscoverer(IMessageSink diagnosticMessageSink) : base(diagnosticMessageSink)
    {
    }

    /// <inheritdoc/>
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow) =>
        [new ConformanceTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, dataRow)];
}

/// <summary>One card as a test.</summary>
public sealed class ConformanceTestCase : XunitTestCase
{
    /// <summary>Called by xunit when it brings the test over from another process.</summary>
    [Obsolete("For the deserializer only.")]
    public ConformanceTestCase()
    {
    }

    internal ConformanceTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, object[] arguments) : base(sink, display, options, method, arguments)
    {
    }

    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        using var bus = new SkipBus(messageBus);
        var summary = await base.RunAsync(diagnosticMessageSink, bus, constructorArguments, aggregator, cancellationTokenSource).ConfigureAwait(false);
        summary.Failed -= bus.Skipped;
        summary.Skipped += bus.Skipped;
        return summary;
    }

    /// <inheritdoc/>
    protected override string GetDisplayName(IAttributeInfo factAttribute, string displayName) => TestMethodArguments is [string card] ? card : base.GetDisplayName(factAttribute, displayName);

    // xunit 2 knows no skip at run time: the failure with the skip's exception is told as a skip.
    private sealed class SkipBus(IMessageBus inner) : IMessageBus
    {
        public int Skipped { get; private set; }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (message is not ITestFailed failed || failed.ExceptionTypes.FirstOrDefault() != typeof(ConformanceSkipException).FullName) return inner.QueueMessage(message);
            Skipped++;
            return inner.QueueMessage(new TestSkipped(failed.Test, failed.Messages.FirstOrDefault()));
        }

        public void Dispose()
        {
        }
    }
}
