using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>What projects, executables and npm scripts share: environment, arguments, endpoints and the HTTP health check.</summary>
internal abstract class ProgramLauncher(IResourceWithEndpoints resource, IReadOnlyDictionary<string, int> ports, DistributedApplicationBuilder builder) : ILauncher
{
    // One for all: a probe is small, and a handler of its own per resource would hold sockets for nothing.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromSeconds(30) })
    {
        Timeout = TimeSpan.FromSeconds(4),
    };

    private readonly IReadOnlyList<HttpHealthCheckAnnotation> checks = [.. resource.Annotations.OfType<HttpHealthCheckAnnotation>()];

    public virtual bool RunsToEnd => false;

    public virtual bool MayEnd => RunsToEnd;

    public virtual bool Restarts => ports.Count > 0;

    public virtual int? GivesUpAfter => null;

    public bool IsMonitored => checks.Count > 0;

    public string Address => string.Join(' ', Endpoints.Select(endpoint => new EndpointReference(resource, endpoint.Name).Url));

    protected IReadOnlyDictionary<string, int> Ports => ports;

    protected DistributedApplicationBuilder Builder => builder;

    protected IEnumerable<EndpointAnnotation> Endpoints => resource.Annotations.OfType<EndpointAnnotation>();

    public virtual Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    public virtual async Task<ProcessSpec?> NextAsync(CancellationToken ct)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Env is { } name) environment[name] = ports[endpoint.Name].ToString(CultureInfo.InvariantCulture);
        }

        AddDefaults(environment);
        foreach (var reference in resource.Annotations.OfType<ServiceReferenceAnnotation>()) AddService(environment, reference);
        foreach (var variable in resource.Annotations.OfType<EnvironmentAnnotation>()) environment[variable.Name] = await variable.Value(ct);

        return Command([.. resource.Annotations.OfType<ArgsAnnotation>().SelectMany(more => more.Args)]) with { Environment = environment };
    }

    public async Task<string?> ProbeAsync(CancellationToken ct)
    {
        foreach (var check in checks)
        {
            var endpoint = check.EndpointName ?? ports.Keys.FirstOrDefault() ?? throw new DistributedApplicationException($"{resource.Name} has a health check and no endpoint.");
            var url = $"http://localhost:{ports[endpoint]}{check.Path}";
            try
            {
                using var answer = await Http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, ct);
                if ((int)answer.StatusCode != check.StatusCode) return $"{url} answers {(int)answer.StatusCode}";
            }
            catch (HttpRequestException)
            {
                return $"{url} does not answer";
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                return $"{url} does not answer in time";
            }
        }

        return null;
    }

    protected abstract ProcessSpec Command(IReadOnlyList<string> args);

    protected virtual void AddDefaults(Dictionary<string, string?> environment)
    {
    }

    private static void AddService(Dictionary<string, string?> environment, ServiceReferenceAnnotation reference)
    {
        var endpoints = reference.Source.Annotations.OfType<EndpointAnnotation>().Where(endpoint => reference.EndpointName is null || endpoint.Name == reference.EndpointName);
        foreach (var endpoint in endpoints) environment[$"services__{reference.Source.Name}__{endpoint.Name}__0"] = new EndpointReference(reference.Source, endpoint.Name).Url;
    }
}
