using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff;

/// <summary>
/// HotStuff: total order and linearizability with up to f of 3f+1 replicas faulty in any way, with O(n) messages for a decision. Follows Yin et al. (PODC 2019); see the README of this
/// project for departures. One engine is one member's: it signs in its name.
/// </summary>
public sealed class HotStuffEngine : IEngine
{
    private readonly HotStuffOptions _options;
    private readonly ByzantineIdentity _identity;
    private readonly SettledVotes _settled = new();

    /// <summary>Creates the engine of one member.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="identity">Its key, and those of the others.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: every setting that is out of range, at once.</exception>
    public HotStuffEngine(HotStuffOptions options, ByzantineIdentity identity)
    {
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, string.Join(' ', problems));
        }

        _options = options;
        _identity = identity;
        Codec = new HotStuffMessageCodec(identity.Members);
        Verifier = new HotStuffMessageVerifier(identity, options, _settled);
    }

    /// <inheritdoc/>
    public string Name => "hotstuff";

    /// <summary>The settings, for checks.</summary>
    internal HotStuffOptions Options => _options;

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

    /// <inheritdoc/>
    public SignedReply Sign(ReplyContent content) => _identity.Sign(content);

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context)
    {
        _settled.Clear();
        return new HotStuffCore(context, _options, _identity, _settled);
    }
}
