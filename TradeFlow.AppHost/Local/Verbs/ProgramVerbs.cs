using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Where a project lies; the AppHost's csproj writes one class of this kind into the namespace Projects for each project it refers to.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    string ProjectPath { get; }

    bool SuppressBuild => false;
}

/// <summary>Projects, programs and npm scripts.</summary>
public static class ProgramVerbs
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, launchProfileName: null);

    /// <remarks>The embedded engine reads no launch profiles: endpoints and environment are what the verbs say.</remarks>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => builder.AddProject(name, new TProject().ProjectPath);

    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath) =>
        builder.AddResource(new ProjectResource(name)).Note(new ProjectAnnotation(Path.GetFullPath(projectPath, builder.AppHostDirectory)));

    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory))).Note(new ArgsAnnotation(args ?? []));

    /// <summary>Runs <c>npm run {runScriptName}</c> in the folder. A script that ends with 0 is finished, not dead.</summary>
    public static IResourceBuilder<JavaScriptAppResource> AddJavaScriptApp(
        this IDistributedApplicationBuilder builder, string name, string appDirectory, string runScriptName = "dev") =>
        builder.AddResource(new JavaScriptAppResource(name, "npm", Path.GetFullPath(appDirectory, builder.AppHostDirectory))).Script(runScriptName);

    /// <summary>Runs Vite's development server on a port of its own, named by <c>PORT</c> and <c>--port</c>.</summary>
    public static IResourceBuilder<ViteAppResource> AddViteApp(
        this IDistributedApplicationBuilder builder, string name, string appDirectory, string runScriptName = "dev") =>
        builder.AddResource(new ViteAppResource(name, "npm", Path.GetFullPath(appDirectory, builder.AppHostDirectory))).Script(runScriptName).WithHttpEndpoint(env: "PORT");

    public static IResourceBuilder<TResource> WithNpm<TResource>(
        this IResourceBuilder<TResource> resource, bool install = true, string? installCommand = null, string[]? installArgs = null)
        where TResource : JavaScriptAppResource => resource.Note(new NpmAnnotation(install, installCommand, installArgs ?? []));

    private static IResourceBuilder<T> Script<T>(this IResourceBuilder<T> builder, string script) where T : JavaScriptAppResource =>
        builder.Note(new ScriptAnnotation(script));
}
