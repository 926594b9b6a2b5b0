using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>Gives every endpoint its port before anything starts, so that any resource can be told the address of any other.</summary>
internal sealed class Allocation(DistributedApplicationBuilder builder)
{
    internal void Run()
    {
        foreach (var resource in builder.Resources)
        {
            var keep = resource.Annotations.OfType<DataVolumeAnnotation>().Any();
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                if ((endpoint.Port ?? (endpoint.IsProxied is false ? endpoint.TargetPort : null)) is not { } wanted)
                    endpoint.AllocatedPort = builder.Data.Port(resource.Name, keep);
                else if (LocalPorts.IsFree(wanted) || resource.Annotations.OfType<ExplicitStartAnnotation>().Any())
                    endpoint.AllocatedPort = wanted;
                else
                    throw Taken(resource, wanted);
            }
        }
    }

    private DistributedApplicationException Taken(IResource resource, int port) => new(
        $"Port {port}, which {resource.Name} needs, is in use{(LocalPorts.Owner(port) is { } owner ? $" by {owner}" : "")}: end that program, or choose another port{Setting(port)}.");

    // The settings that carry this number are the ones to change.
    private string Setting(int port)
    {
        var keys = builder.Configuration.AsEnumerable().Where(pair => pair.Value == $"{port}").Select(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal)).ToList();
        return keys.Count == 0 ? "" : $" with {string.Join(" or ", keys.Select(key => $"{key}=…"))}";
    }
}
