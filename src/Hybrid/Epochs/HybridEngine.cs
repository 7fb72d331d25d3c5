using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Hybrid.Messages;
using Consensus.Pbft;
using Consensus.Raft;

namespace Consensus.Hybrid;

/// <summary>
/// One log over several engines that follow each other: a group begins with one, and goes on with another when an operator says so, without losing, repeating or reordering what was committed. See docs/hybrid.md.
/// One engine is one member's, for one run of its replica.
/// </summary>
public sealed class HybridEngine : IEngine
{
    private readonly EpochDescriptor _first;
    private readonly HybridOptions _options;
    private readonly HybridIdentity _identity;
    private readonly EpochBook _book = new();
    private volatile EpochHistory _epochs;

    /// <summary>Creates the engine of one member.</summary>
    /// <param name="first">The first epoch of the group, the same for all members.</param>
    /// <param name="options">The settings.</param>
    /// <param name="identity">Who the member is.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range, or the member has another key in the epoch. Who is none of its members waits until an epoch begins to which it belongs.</exception>
    public HybridEngine(EpochDescriptor first, HybridOptions options, HybridIdentity identity)
    {
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, string.Join(' ', problems));
        }

        _first = first;
        _epochs = EpochHistory.Of(first);
        _options = options;
        _identity = identity;
        Codec = new HybridMessageCodec(_book);
        Verifier = new HybridMessageVerifier(_book);

        if (first.Has(identity.Self))
        {
            // All of its engines at once: a setting that none of them accepts must not be found out when the first one is left.
            foreach (var protocol in Enum.GetValues<EpochProtocol>())
            {
                CreateEngine(first, protocol);
            }
        }

        _book.Begin(Know(first));
    }

    /// <inheritdoc/>
    public string Name => "hybrid";

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees =>
        ConsensusGuarantees.TotalOrder | ConsensusGuarantees.Linearizable | ConsensusGuarantees.ExactlyOnce | ConsensusGuarantees.Durable | ConsensusGuarantees.Certifying;

    /// <inheritdoc/>
    public bool MarksCheckpoints => true;

    /// <inheritdoc/>
    public IMessageCodec Codec { get; }

    /// <inheritdoc/>
    public IMessageVerifier Verifier { get; }

    /// <summary>The epochs that are known to have begun, and what began each, for anybody who wants to check that. To be read from any thread.</summary>
    public EpochHistory Epochs => _epochs;

    /// <summary>The first epoch of the group.</summary>
    internal EpochDescriptor First => _first;

    /// <summary>The settings.</summary>
    internal HybridOptions Options => _options;

    /// <summary>Who the member is.</summary>
    internal HybridIdentity Identity => _identity;

    /// <summary>The epochs whose messages can be read.</summary>
    internal EpochBook Book => _book;

    /// <summary>The epochs that are on a replica's disk, before it is started.</summary>
    /// <param name="recovered">What is on disk.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the epochs do not follow each other. <see cref="ConsensusFailure.InvalidConfiguration"/>: the first one is another.</exception>
    public EpochHistory ReadEpochs(RecoveredState recovered)
    {
        ArgumentNullException.ThrowIfNull(recovered);
        return new EpochHistory(_first, RecoveredEpochs.ReadBeginnings(_first, recovered));
    }

    /// <inheritdoc/>
    public SignedReply? Sign(ReplyContent content) => _book.Current is { IsMember: true } current ? IdentityIn(current.Descriptor).Sign(content) : null;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> WayTo(Epoch epoch) => EpochHistoryDocument.ToUtf8(_epochs.UpTo(epoch));

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context) => new HybridCore(context, this);

    /// <summary>Another epoch is known to have begun. The core says so.</summary>
    internal void Publish(EpochHistory epochs) => _epochs = epochs;

    /// <summary>Makes what is needed to take part in an epoch, or to read its messages.</summary>
    internal KnownEpoch Know(EpochDescriptor descriptor) =>
        new(descriptor, descriptor.Has(_identity.Self) ? CreateEngine(descriptor, descriptor.Protocol) : new BystanderEngine(NameOf(descriptor.Protocol)), VerifierIn(descriptor), _identity.Signatures, _identity.Self);

    /// <summary>What people call a protocol.</summary>
    internal static string NameOf(EpochProtocol protocol) => protocol switch
    {
        EpochProtocol.Raft => "raft",
        EpochProtocol.Pbft => "pbft",
        EpochProtocol.HotStuff => "hotstuff",
    };

    private IEngine CreateEngine(EpochDescriptor epoch, EpochProtocol protocol) => CreateEngine(epoch, protocol, epoch.Settings.Over(_options));

    private IEngine CreateEngine(EpochDescriptor epoch, EpochProtocol protocol, HybridOptions options) => protocol switch
    {
        EpochProtocol.Raft => new RaftEngine(options.Raft with
        {
            SharesHonest = true,
            CheckpointEntries = options.CheckpointEntries,
            CheckpointInterval = options.FloorInterval,
            StandsFirst = epoch.StandsFirst == _identity.Self,
        }),
        EpochProtocol.Pbft => new PbftEngine(options.Pbft, IdentityIn(epoch)),
        EpochProtocol.HotStuff => new HotStuffEngine(options.HotStuff, IdentityIn(epoch)),
    };

    private ByzantineIdentity IdentityIn(EpochDescriptor epoch) => new(_identity.Self, _identity.Signer, VerifierIn(epoch));

    /// <summary>Checks what the members have signed in an epoch.</summary>
    internal StatementVerifier VerifierIn(EpochDescriptor epoch) => new(epoch.Domain, epoch.Members, _identity.Signatures, _identity.Verified);
}
