using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft;

/// <summary>
/// PBFT: total order and linearizability with up to f of 3f+1 replicas faulty in any way. Follows Castro and Liskov (OSDI '99; TOCS 2002); see the README of this
/// project for departures. One engine is one member's: it signs in its name.
/// </summary>
public sealed class PbftEngine : IEngine
{
    private readonly PbftOptions _options;
    private readonly ByzantineIdentity _identity;
    private readonly SettledVotes _settled = new();

    /// <summary>Creates the engine of one member.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="identity">Its key, and those of the others.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: every setting that is out of range, at once.</exception>
    public PbftEngine(PbftOptions options, ByzantineIdentity identity)
    {
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, string.Join(' ', problems));
        }

        _options = options;
        _identity = identity;
        Codec = new PbftMessageCodec(identity.Members);
        Verifier = new PbftMessageVerifier(identity, options, _settled);
    }

    /// <inheritdoc/>
    public string Name => "pbft";

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees =>
        ConsensusGuarantees.TotalOrder | ConsensusGuarantees.Linearizable | ConsensusGuarantees.ExactlyOnce | ConsensusGuarantees.Durable | ConsensusGuarantees.ByzantineTolerant
        | ConsensusGuarantees.Certifying;

    /// <inheritdoc/>
    public bool MarksCheckpoints => true;

    /// <inheritdoc/>
    public IMessageCodec Codec { get; }

    /// <inheritdoc/>
    public IMessageVerifier Verifier { get; }

    /// <summary>Its settings.</summary>
    internal PbftOptions Options => _options;

    /// <inheritdoc/>
    public SignedReply Sign(ReplyContent content) => _identity.Sign(content);

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context)
    {
        _settled.Clear();
        return new PbftCore(context, _options, _identity, _settled);
    }
}
