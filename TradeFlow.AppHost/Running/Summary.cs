using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// What a newcomer reads: what is still awaited while it takes long, and when all is healthy where it runs and what to do next.
/// </summary>
internal sealed class Summary(
    DistributedApplicationModel model, ResourceNotificationService notifications, Supervisor supervisor, Voice voice,
    IConfiguration configuration, DataFolder data) : BackgroundService
{
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var since = new DateTimeOffset(Process.GetCurrentProcess().StartTime);
        voice.Say($"TradeFlow starts. Its data: {data.Root}");
        var all = Task.WhenAll(model.Resources.Where(resource => resource.HasAnnotationOfType<KeepRunningAnnotation>())
            .Select(resource =>
                notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken)));
        try
        {
            while (await Task.WhenAny(all, Task.Delay(Reminder, stoppingToken)) != all && !stoppingToken.IsCancellationRequested)
            {
                var late = supervisor.Parts.Where(part => part.IsKept && !part.IsHealthy).Select(part => part.Name)
                    .Order(StringComparer.Ordinal);
                voice.Say(string.Create(CultureInfo.InvariantCulture,
                    $"After {(TimeProvider.System.GetUtcNow() - since).TotalSeconds:0} s still waiting for {string.Join(", ", late)}."));
            }
            await all;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var api = model.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "api").GetEndpoint("http").Url;
        var dashboard = configuration["ASPNETCORE_URLS"]?.Split(';')[0];
        voice.Say(string.Create(CultureInfo.InvariantCulture, $$"""

              TradeFlow                  {{api}}
              Traces, logs and metrics   {{dashboard}}/login?t={{configuration["AppHost:BrowserToken"]}}
              Logs as files              {{data.Logs}}

              Time to healthy: {{(TimeProvider.System.GetUtcNow() - since).TotalSeconds:0.0}} s.
              Next: open {{api}} and sign up, or send the first alert by curl as the README shows. It begins with
                curl -s {{api}}/auth/signup -H 'Content-Type: application/json' -d '{"email":"you@example.com","password":"correct horse battery","name":"You"}'
              Ctrl+C ends everything.

            """));
    }
}
