using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>The one table that is printed when everything is healthy, and what to do next.</summary>
internal static class Summary
{
    internal static string Of(IReadOnlyList<Runner> runners, TimeSpan elapsed, DistributedApplicationBuilder builder)
    {
        List<string[]> rows = [["resource", "state", "address", "process"]];
        rows.AddRange(runners.Select(runner => new[]
        {
            runner.Name, Word(runner.State), runner.Launcher.Address,
            runner.State is RunState.Healthy or RunState.Unhealthy && runner.ProcessId is { } id ? id.ToString(CultureInfo.InvariantCulture) : "",
        }));
        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToList();

        var text = new StringBuilder().AppendLine();
        foreach (var (index, row) in rows.Index())
        {
            text.Append("  ").AppendLine(string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
            if (index == 0) text.Append("  ").AppendLine(string.Join("   ", widths.Select(width => new string('-', width))));
        }

        text.AppendLine().Append(CultureInfo.InvariantCulture, $"  Time to healthy: {elapsed.TotalSeconds:0.0} s. Logs: {builder.Data.Logs}");
        var open = runners.Select(runner => runner.Resource).OfType<IResourceWithEndpoints>().Distinct()
            .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.IsExternal).Select(endpoint => new EndpointReference(resource, endpoint.Name)))
            .FirstOrDefault();
        if (open is not null) text.AppendLine().AppendLine().Append(CultureInfo.InvariantCulture, $"  Next: open {open.Url}, sign up, connect a broker and send your first alert. Ctrl+C ends everything.");
        return text.AppendLine().ToString();
    }

    private static string Word(RunState state) => state switch
    {
        RunState.Healthy => "healthy",
        RunState.Unhealthy => "unhealthy",
        RunState.External => "elsewhere",
        RunState.Finished => "finished",
        RunState.Failed => "FAILED",
        RunState.NotStarted => "not started",
        _ => "starting",
    };
}
