namespace Aspire.Hosting.ApplicationModel;

/// <summary>A variable of the child's environment, evaluated when the child starts.</summary>
internal sealed record EnvironmentAnnotation(string Name, Func<CancellationToken, ValueTask<string?>> Value) : IResourceAnnotation;

internal sealed record ArgsAnnotation(IReadOnlyList<string> Args) : IResourceAnnotation;

/// <param name="ExitCode">Null: wait until the dependency is healthy; else until it has ended with this code.</param>
internal sealed record WaitAnnotation(IResource Dependency, int? ExitCode) : IResourceAnnotation;

internal sealed record HttpHealthCheckAnnotation(string Path, int StatusCode, string? EndpointName) : IResourceAnnotation;

internal sealed record ReplicaAnnotation(int Replicas) : IResourceAnnotation;

internal sealed record ExplicitStartAnnotation : IResourceAnnotation;

internal sealed record ParentAnnotation(IResource Parent) : IResourceAnnotation;

internal sealed record DataVolumeAnnotation(string FolderName) : IResourceAnnotation;

/// <summary>Redis writes its keys to disk when this many changed within the interval.</summary>
internal sealed record PersistenceAnnotation(TimeSpan Interval, long KeysChangedThreshold) : IResourceAnnotation;

internal sealed record ProjectAnnotation(string ProjectPath) : IResourceAnnotation;

/// <summary>An app that npm runs: the script, and how its packages get there first.</summary>
internal sealed record ScriptAnnotation(string Script) : IResourceAnnotation;

internal sealed record NpmAnnotation(bool Install, string? InstallCommand, IReadOnlyList<string> InstallArgs) : IResourceAnnotation;

internal sealed class EndpointAnnotation(string name) : IResourceAnnotation
{
    public string Name { get; } = name;

    public int? Port { get; set; }

    public int? TargetPort { get; set; }

    /// <summary>The variable that tells the child its port. Null for a project: ASPNETCORE_URLS does.</summary>
    public string? Env { get; set; }

    public bool? IsProxied { get; set; }

    public bool IsExternal { get; set; }

    /// <summary>The port that others use, known once the application starts.</summary>
    public int? AllocatedPort { get; set; }
}

/// <summary>The addresses of another resource's endpoints, handed over as <c>services__{name}__{endpoint}__0</c>.</summary>
internal sealed record ServiceReferenceAnnotation(IResourceWithEndpoints Source, string? EndpointName) : IResourceAnnotation;
