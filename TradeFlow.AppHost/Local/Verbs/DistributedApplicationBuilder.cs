using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    string AppHostDirectory { get; }

    ConfigurationManager Configuration { get; }

    IHostEnvironment Environment { get; }

    IServiceCollection Services { get; }

    IList<IResource> Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

/// <summary>What the verbs hang on: a resource on its way into the application.</summary>
public interface IResourceBuilder<out T> where T : IResource
{
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    T Resource { get; }
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    internal DistributedApplicationBuilder(string[] args)
    {
        AppHostDirectory = ProjectDirectory() ?? Directory.GetCurrentDirectory();
        Configuration = new ConfigurationManager();
        Configuration.SetBasePath(AppHostDirectory).AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().AddCommandLine(args);
        Environment = new LocalEnvironment(Configuration, AppHostDirectory);
        Data = new DataFolder(Configuration, AppHostDirectory);

        Services.AddSingleton<IConfiguration>(Configuration);
        Services.AddSingleton(Environment);
        Services.AddLogging();
    }

    public string AppHostDirectory { get; }

    public ConfigurationManager Configuration { get; }

    public IHostEnvironment Environment { get; }

    public IServiceCollection Services { get; } = new ServiceCollection();

    public IList<IResource> Resources { get; } = [];

    internal DataFolder Data { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Two resources are named {resource.Name}: give one of them another name.");

        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build() => new(this);

    // The AppHost's csproj writes its own folder into the assembly, as Aspire's SDK does; tests have no such mark.
    private static string? ProjectDirectory() => Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(mark => string.Equals(mark.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value is { } path && Directory.Exists(path)
        ? path
        : null;

    private sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T> where T : IResource;

    private sealed class LocalEnvironment(IConfiguration configuration, string root) : IHostEnvironment
    {
        // Development unless somebody says otherwise: the embedded engine is for a developer's machine.
        public string EnvironmentName { get; set; } = configuration["DOTNET_ENVIRONMENT"] ?? configuration["ASPNETCORE_ENVIRONMENT"] ?? Environments.Development;

        public string ApplicationName { get; set; } = "TradeFlow.AppHost";

        public string ContentRootPath { get; set; } = root;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
