using Consensus.Cli.Nodes;
using Consensus.Client;

namespace Consensus.Cli.Bench;

/// <summary>One node of a <see cref="ProcessCluster"/>.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Endpoint">Where it serves its HTTP API.</param>
/// <param name="Process">Its process.</param>
/// <param name="Client">Asks it alone.</param>
internal sealed record ProcessNode(uint Number, Uri Endpoint, NodeProcess Process, ConsensusClient Client)
{
    /// <summary>Its view of the cluster; <see langword="null"/> if it does not answer.</summary>
    public async Task<ConsensusStatus?> StatusAsync(CancellationToken cancellationToken) =>
        (await Client.GetStatusAsync(cancellationToken).ConfigureAwait(false)).Value?.Status;
}
