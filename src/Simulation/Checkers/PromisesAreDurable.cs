using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A promise (vote, acknowledgement) leaves its node only when the record that it waits for is on disk, as far as the disk knows, not the
/// core. Source: thesis, section 3.8; pitfalls R18, R19, R32.
/// </summary>
/// <remarks>
/// The naive form looks at messages when the core emits them, and gives false alarms: the driver holds promises back. What a promise says is
/// compared with what is on disk by the engine's own checker; this one would not notice a core that waits for too little.
/// </remarks>
internal sealed class PromisesAreDurable(Observatory observatory) : Checker
{
    /// <inheritdoc/>
    public override string Name => "promises are durable";

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (message is PromiseMessage promise && promise.AfterLsn > observatory.LogOf(node.Id).LastLsn)
        {
            Report($"node {node.Id} sends {message} to node {to}, which waits for record {promise.AfterLsn.Value}; on disk is record {observatory.LogOf(node.Id).LastLsn.Value}");
        }
    }
}
