using Aspire.Hosting.Local;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Commands on resources of a running application; the embedded engine knows <c>resource-start</c>, for those with an explicit start.</summary>
public sealed class ResourceCommandService
{
    private readonly Orchestrator orchestrator;

    internal ResourceCommandService(Orchestrator orchestrator) => this.orchestrator = orchestrator;

    /// <returns>When the resource is healthy.</returns>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        if (commandName != "resource-start") return new ExecuteCommandResult { Success = false, ErrorMessage = $"There is no command {commandName}." };

        try
        {
            await orchestrator.StartExplicitlyAsync(resourceId, cancellationToken);
            return new ExecuteCommandResult { Success = true };
        }
        catch (DistributedApplicationException fault)
        {
            return new ExecuteCommandResult { Success = false, ErrorMessage = fault.Message };
        }
    }
}

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public string? ErrorMessage { get; init; }
}
