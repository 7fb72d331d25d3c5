using Microsoft.Extensions.Hosting;

namespace Consensus.Cli.Nodes;

/// <summary>A host that lives as long as its command: signals reach the command, which then stops the host.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
