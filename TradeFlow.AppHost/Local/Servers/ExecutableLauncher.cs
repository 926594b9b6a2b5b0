using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Any program. With an endpoint it is a server and started again when it dies; without one it may end.</summary>
internal sealed class ExecutableLauncher(ExecutableResource program, IReadOnlyDictionary<string, int> ports, DistributedApplicationBuilder builder)
    : ProgramLauncher(program, ports, builder)
{
    public override bool MayEnd => Ports.Count == 0;

    public override Task PrepareAsync(CancellationToken ct)
    {
        var isPath = program.Command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (isPath ? !File.Exists(Path.GetFullPath(program.Command, program.WorkingDirectory)) : Children.Tool(program.Command) is null)
            throw new DistributedApplicationException($"{program.Name} needs the program {program.Command}, which is not {(isPath ? "there" : "on PATH")}: install it, then start again.");
        if (!Directory.Exists(program.WorkingDirectory))
            throw new DistributedApplicationException($"{program.Name}: there is no folder {program.WorkingDirectory}.");
        return Task.CompletedTask;
    }

    protected override ProcessSpec Command(IReadOnlyList<string> args) => new(
        program.Command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.GetFullPath(program.Command, program.WorkingDirectory) : Children.Tool(program.Command)!,
        args, program.WorkingDirectory);
}
