using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>Turns each resource that can run into one runner, or one per replica.</summary>
internal sealed class Composition(
    DistributedApplicationBuilder builder, LogBook book, List<PortSplitter> splitters, Func<IResource, int?, CancellationToken, Task> dependency)
{
    internal IEnumerable<Runner> Runners() => builder.Resources.SelectMany(Of);

    private IEnumerable<Runner> Of(IResource resource) => resource switch
    {
        PostgresServerResource postgres => [Runner(postgres.Name, postgres, new PostgresLauncher(postgres, builder.Data, builder.Configuration, book))],
        RedisResource redis => [Runner(redis.Name, redis, new RedisLauncher(redis, builder.Data, builder.Configuration, book))],
        ProjectResource project => Replicas(project),
        ExecutableResource program => [Runner(program.Name, program, Program(program, Split(program, replicas: 1)[0]))],
        _ => [], // A parameter, a database: part of others.
    };

    private IEnumerable<Runner> Replicas(ProjectResource project)
    {
        var replicas = project.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        var ports = Split(project, replicas);
        for (var i = 0; i < replicas; i++)
            yield return Runner(replicas == 1 ? project.Name : $"{project.Name}-{i + 1}", project, new ProjectLauncher(project, ports[i], builder));
    }

    private Runner Runner(string name, IResource resource, ILauncher launcher) => new(name, resource, launcher, book, dependency);

    private ProgramLauncher Program(ExecutableResource program, IReadOnlyDictionary<string, int> ports) =>
        program is JavaScriptAppResource app ? new ScriptLauncher(app, ports, builder, book) : new ExecutableLauncher(program, ports, builder);

    // One process listens on the public port itself. Several, or one that insists on another port, get ports of their own behind a splitter.
    private List<IReadOnlyDictionary<string, int>> Split(IResourceWithEndpoints resource, int replicas)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        var result = Enumerable.Range(0, replicas).Select(_ => new Dictionary<string, int>()).ToList();
        foreach (var endpoint in endpoints)
        {
            var front = endpoint.AllocatedPort ?? throw new InvalidOperationException("Ports are allocated first.");
            if (replicas > 1 && endpoint.IsProxied is false)
                throw new DistributedApplicationException($"{resource.Name} has {replicas} replicas, so its endpoint {endpoint.Name} cannot have isProxied: false.");

            var direct = replicas == 1 && (endpoint.IsProxied is false || endpoint.TargetPort is null || endpoint.TargetPort == front);
            foreach (var ports in result)
                ports[endpoint.Name] = direct ? front : replicas == 1 ? endpoint.TargetPort!.Value : builder.Data.InnerPort();

            if (!direct) splitters.Add(new PortSplitter(front, [.. result.Select(ports => ports[endpoint.Name])]));
        }

        return [.. result];
    }
}
