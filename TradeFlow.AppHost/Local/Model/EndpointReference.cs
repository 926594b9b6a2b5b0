namespace Aspire.Hosting.ApplicationModel;

/// <summary>The address of an endpoint, known once the application starts.</summary>
public sealed class EndpointReference
{
    internal EndpointReference(IResourceWithEndpoints owner, string name) => (Resource, EndpointName) = (owner, name);

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    public string Scheme => "http";

    public string Host => "localhost";

    public bool IsAllocated => Annotation.AllocatedPort is not null;

    public int Port => Annotation.AllocatedPort
        ?? throw new DistributedApplicationException($"The endpoint {EndpointName} of {Resource.Name} has no port yet: read it after the start.");

    public string Url => $"{Scheme}://{Host}:{Port}";

    private EndpointAnnotation Annotation => Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == EndpointName)
        ?? throw new DistributedApplicationException($"{Resource.Name} has no endpoint {EndpointName}.");
}
