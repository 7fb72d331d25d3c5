namespace Consensus.Engine;

/// <summary>Where the lanes of a replica leave what its status is made of. The loop writes most of it, the applier the applied index.</summary>
internal sealed class StatusBoard
{
    private readonly NodeId _self;
    private readonly string _algorithm;
    private volatile Published _published;
    private ulong _lastIndex;
    private ulong _commit;
    private ulong _certified;
    private ulong _applied;
    private ulong _snapshot;

    public StatusBoard(NodeId self, string algorithm)
    {
        _self = self;
        _algorithm = algorithm;
        _published = new Published(default(CoreStatus) with { Membership = ClusterMembership.Empty }, AcceptsWrites: true);
    }

    /// <summary>The status at this moment.</summary>
    public ConsensusStatus Current
    {
        get
        {
            // Read in this order, which is the reverse of that in which the loop writes, so that the parts fit: what a snapshot covers is applied, and
            // what is applied is committed, even if the loop has not said so yet; and no members are older than the commit index.
            var snapshot = new LogIndex(Volatile.Read(ref _snapshot));
            var applied = new LogIndex(Volatile.Read(ref _applied));
            var certified = new LogIndex(Volatile.Read(ref _certified));
            var published = new LogIndex(Volatile.Read(ref _commit));
            var last = new LogIndex(Volatile.Read(ref _lastIndex));
            var (core, acceptsWrites, stalled) = _published;
            var commit = LogIndex.Max(published, applied);
            return new ConsensusStatus
            {
                Node = _self,
                Algorithm = _algorithm,
                Epoch = core.Epoch,
                RunningEpoch = core.RunningEpoch,
                Role = core.Role,
                Leader = core.Leader,
                TermOrView = core.TermOrView,
                LastIndex = LogIndex.Max(last, commit),
                CommitIndex = commit,
                AppliedIndex = applied,
                CertifiedIndex = certified,
                SnapshotIndex = snapshot,
                Threat = core.Threat,
                Threats = core.Threats ?? [],
                Membership = core.Membership,
                MembershipVersion = VersionOf(core, published),
                AcceptsWrites = acceptsWrites,
                Stalled = stalled,
            };
        }
    }

    /// <summary>The loop's part. In most turns only the indices have moved, and that allocates nothing.</summary>
    public void Publish(in CoreStatus core, bool acceptsWrites, TimeSpan stalled = default)
    {
        PublishRest(core, acceptsWrites, stalled);
        Volatile.Write(ref _lastIndex, core.LastIndex.Value);
        Volatile.Write(ref _commit, core.CommitIndex.Value);
        Volatile.Write(ref _certified, core.Certified.Value);
    }

    public void PublishApplied(LogIndex index) => Volatile.Write(ref _applied, index.Value);

    /// <summary>There is a snapshot. One that was being saved while a newer one came from a peer changes nothing.</summary>
    public void PublishSnapshot(LogIndex index)
    {
        var newest = Volatile.Read(ref _snapshot);
        while (newest < index.Value)
        {
            var found = Interlocked.CompareExchange(ref _snapshot, index.Value, newest);
            if (found == newest)
            {
                return;
            }

            newest = found;
        }
    }

    /// <summary>The replica has stopped.</summary>
    public void PublishStopped()
    {
        var published = _published;
        _published = published with { Core = published.Core with { Role = ReplicaRole.Stopped, Leader = NodeId.None }, AcceptsWrites = false };
    }

    private void PublishRest(in CoreStatus core, bool acceptsWrites, TimeSpan stalled)
    {
        var published = _published;
        if (published.Core.TermOrView == core.TermOrView
            && published.Core.Epoch == core.Epoch
            && published.Core.Role == core.Role
            && published.Core.Threat == core.Threat
            && ReferenceEquals(published.Core.Threats, core.Threats)
            && published.Core.Leader == core.Leader
            && published.AcceptsWrites == acceptsWrites
            && published.Stalled == stalled
            && ReferenceEquals(published.Core.Membership, core.Membership)
            && published.Core.MembershipIndex == core.MembershipIndex)
        {
            return;
        }

        _published = new Published(core, acceptsWrites, stalled);
    }

    // By the commit index that was published after the membership: what is applied may be ahead of both, and hold another membership.
    private static LogIndex? VersionOf(in CoreStatus core, LogIndex commit) =>
        core.Membership.Members.IsEmpty || core.MembershipIndex > commit ? null : commit;

    /// <summary>All but the indices, which are newer elsewhere.</summary>
    private sealed record Published(CoreStatus Core, bool AcceptsWrites, TimeSpan Stalled = default);
}
