using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft;

/// <summary>
/// Raft: total order and linearizability with a majority of replicas alive; crash faults only. Follows Ongaro's thesis (2014); see the
/// README of this project for departures.
/// </summary>
public sealed class RaftEngine : IEngine
{
    private readonly RaftOptions _options;

    /// <summary>Creates the engine.</summary>
    /// <param name="options">Its settings.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: every setting that is out of range, at once.</exception>
    public RaftEngine(RaftOptions options)
    {
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, string.Join(' ', problems));
        }

        _options = options;
        Verifier = new RaftMessageVerifier(membersChange: !options.SharesHonest);
    }

    /// <summary>The settings, for checks of what they bound.</summary>
    internal RaftOptions Options => _options;

    /// <inheritdoc/>
    public string Name => "raft";

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees =>
        ConsensusGuarantees.TotalOrder | ConsensusGuarantees.Linearizable | ConsensusGuarantees.ExactlyOnce | ConsensusGuarantees.Durable;

    /// <inheritdoc/>
    public bool MarksCheckpoints => _options.CheckpointEntries > 0;

    /// <inheritdoc/>
    public bool AnnouncesLeaders => true;

    /// <inheritdoc/>
    public IMessageCodec Codec { get; } = new RaftMessageCodec();

    /// <inheritdoc/>
    public IMessageVerifier Verifier { get; }

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context) => new RaftCore(context, _options);
}
