using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TradeFlow.AppHost.Tests;

public sealed class PartTests
{
    private readonly HandClock clock = new();
    private readonly Part part;
    private int process = 100;

    public PartTests()
    {
        var resource = new ExecutableResource("part", "true", "/");
        resource.Annotations.Add(new KeepRunningAnnotation());
        part = new Part(resource, clock);
    }

    [Fact]
    public void The_pause_grows_while_it_dies_again_and_again_and_at_last_it_is_given_up()
    {
        var pauses = Enumerable.Range(0, 7).Select(_ => Dies(lives: TimeSpan.FromSeconds(1), healthy: false)).ToList();

        pauses.ShouldBe([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]);
        part.IsHopeless.ShouldBeFalse();
        Dies(lives: TimeSpan.FromSeconds(1), healthy: false);
        part.IsHopeless.ShouldBeTrue();
    }

    [Fact]
    public void A_life_that_was_long_and_healthy_begins_anew()
    {
        for (var i = 0; i < 5; i++) Dies(lives: TimeSpan.FromSeconds(1), healthy: false);

        Dies(lives: TimeSpan.FromSeconds(4), healthy: true).ShouldBe(0.2);
        Dies(lives: TimeSpan.FromSeconds(1), healthy: true).ShouldBe(0.4, "healthy and short is no life");
    }

    [Fact]
    public void What_a_person_stops_is_not_dead()
    {
        part.Take(KnownResourceStates.Running, HealthStatus.Healthy, process);
        part.Take(KnownResourceStates.Stopping, HealthStatus.Unhealthy, process).ShouldBeFalse();

        part.Take(KnownResourceStates.Finished, HealthStatus.Unhealthy, process).ShouldBeFalse();
    }

    private double Dies(TimeSpan lives, bool healthy)
    {
        process++;
        part.Take(KnownResourceStates.Starting, HealthStatus.Unhealthy, process).ShouldBeFalse();
        part.Take(KnownResourceStates.Running, healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy, process).ShouldBeFalse();
        clock.Advance(lives);
        part.Take(KnownResourceStates.Finished, HealthStatus.Unhealthy, process).ShouldBeTrue();
        return part.Pause.TotalSeconds;
    }
}
