using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>
/// What runs in an epoch to which the replica does not belong: it has left the group, or is yet to come. It has no part in any message of the epoch and orders nothing, but keeps what it has: the epoch in which it belongs to the group again goes on from there.
/// </summary>
/// <param name="name">The name of the engine that the members run.</param>
internal sealed class BystanderEngine(string name) : IEngine
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees => ConsensusGuarantees.None;

    /// <inheritdoc/>
    public bool MarksCheckpoints => true;

    /// <inheritdoc/>
    public IMessageCodec Codec => throw HasNoMessages();

    /// <inheritdoc/>
    public IMessageVerifier Verifier => throw HasNoMessages();

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context) => new BystanderCore(context);

    private static ConsensusException HasNoMessages() => new(ConsensusFailure.InvariantViolated, "Who does not belong to an epoch takes and sends none of its messages.");
}
