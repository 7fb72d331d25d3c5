using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>
/// Nothing that an honest replica tells anybody contradicts what it has told anybody before, in any of its lives: for each exclusive place it has one statement
/// (<see cref="ExclusiveStatements"/>). Evidence rests on this: who breaks it can be accused, and rightly so. Source: pitfalls, part 3, and P14, H3; IA-CCF.
/// </summary>
/// <remarks>
/// The naive form looks at what is signed, and gives false alarms: a replica signs when it decides, and the driver holds the message back until the decision is on disk.
/// If it crashes before, it may decide otherwise afterwards; nobody has seen the first signature. So what counts is what leaves. A replica that has lost its disk is no honest one.
/// </remarks>
/// <param name="protocol">Finds the statements in a message.</param>
internal sealed class HonestNeverEquivocates(ISignedProtocol protocol) : Checker
{
    private readonly Dictionary<(NodeId Node, (StatementKind Kind, ViewNumber View, SequenceNumber Sequence) Place), Digest> _said = [];
    private ProtocolMessage? _lastSeen;

    /// <inheritdoc/>
    public override string Name => "honest never equivocates";

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (ReferenceEquals(message, _lastSeen))
        {
            // The same message to the next member.
            return;
        }

        _lastSeen = message;
        foreach (var stated in protocol.StatementsOf(node.Id, message))
        {
            if (stated.Place is { } place && !_said.TryAdd((node.Id, place), stated.Hash) && _said[(node.Id, place)] is var before && before != stated.Hash)
            {
                Report($"node {node.Id} tells node {to} the {stated}, and has said {before.ToString()[..8]} there before");
                return;
            }
        }
    }
}
