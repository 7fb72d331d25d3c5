namespace Consensus.Engine;

/// <summary>How often each of the rare things has happened to a replica: what its events say. Counted under the lock of the hub that publishes them.</summary>
internal sealed class EventCounts
{
    private ulong _lastElected;
    private long _elections;
    private long _candidacies;
    private long _epochsBegun;
    private long _snapshotsTaken;
    private long _snapshotsInstalled;
    private long _stateDivergences;
    private long _byzantineFailures;
    private long _messagesDropped;

    /// <inheritdoc cref="ConsensusMetrics.Elections"/>
    public long Elections => Volatile.Read(ref _elections);

    /// <inheritdoc cref="ConsensusMetrics.Candidacies"/>
    public long Candidacies => Volatile.Read(ref _candidacies);

    /// <inheritdoc cref="ConsensusMetrics.EpochsBegun"/>
    public long EpochsBegun => Volatile.Read(ref _epochsBegun);

    /// <inheritdoc cref="ConsensusMetrics.SnapshotsTaken"/>
    public long SnapshotsTaken => Volatile.Read(ref _snapshotsTaken);

    /// <inheritdoc cref="ConsensusMetrics.SnapshotsInstalled"/>
    public long SnapshotsInstalled => Volatile.Read(ref _snapshotsInstalled);

    /// <inheritdoc cref="ConsensusMetrics.StateDivergences"/>
    public long StateDivergences => Volatile.Read(ref _stateDivergences);

    /// <inheritdoc cref="ConsensusMetrics.ByzantineFailures"/>
    public long ByzantineFailures => Volatile.Read(ref _byzantineFailures);

    /// <inheritdoc cref="ConsensusMetrics.MessagesDropped"/>
    public long MessagesDropped => Volatile.Read(ref _messagesDropped);

    public void Count(ConsensusEvent happening)
    {
        switch (happening)
        {
            case LeaderChanged { TermOrView: var term } change when change.Leader != NodeId.None && term > _lastElected:
                // A leader that was lost from sight and found again is the same election.
                _lastElected = term;
                _elections++;
                break;
            case RoleChanged { Role: ReplicaRole.Candidate }:
                _candidacies++;
                break;
            case EpochBegun:
                // Its first leader has a low term again.
                _lastElected = 0;
                _epochsBegun++;
                break;
            case SnapshotTaken:
                _snapshotsTaken++;
                break;
            case SnapshotInstalled:
                _snapshotsInstalled++;
                break;
            case StateDiverged:
                _stateDivergences++;
                break;
            case EquivocationDetected:
                _byzantineFailures++;
                break;
            case PeerFlooding { Dropped: var dropped }:
                _messagesDropped += dropped;
                break;
        }
    }
}
