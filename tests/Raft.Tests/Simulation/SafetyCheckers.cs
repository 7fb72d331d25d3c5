using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Simulation;

/// <summary>
/// Raft's safety properties (Ongaro and Ousterhout, figure 3), linearizable reads, and that nothing committed is invented or lost. Each is
/// asserted at every turn of every replica.
/// </summary>
internal sealed class SafetyCheckers
{
    private readonly Dictionary<ulong, NodeId> _leaders = [];
    private readonly Dictionary<ulong, LogEntry> _committed = [];
    private readonly Dictionary<ulong, Digest> _stateAt = [];
    private readonly Dictionary<NodeId, (ulong Term, LogIndex First, LogIndex Last, Digest Chain)> _leading = [];
    private readonly Dictionary<Ticket, LogIndex> _reads = [];
    private readonly HashSet<string> _proposed = [];
    private readonly Dictionary<NodeId, ulong> _terms = [];
    private readonly HashSet<NodeId> _corrupt = [];

    /// <summary>The highest entry that any replica knows to be committed.</summary>
    public LogIndex Committed { get; private set; }

    public int Elections => _leaders.Count;

    public int ReadsConfirmed { get; private set; }

    /// <summary>How often the divergence of a replica whose state was changed by the test was reported.</summary>
    public int Divergences { get; private set; }

    public int Crashes { get; private set; }

    public int SnapshotsInstalled { get; private set; }

    /// <summary>How many commands and reads each replica has refused because disks were full.</summary>
    public Dictionary<NodeId, int> RefusedForSpace { get; } = [];

    public int ControlsDone { get; private set; }

    /// <summary>The highest entry that was acknowledged: what the state machine of some replica has applied.</summary>
    private LogIndex Acknowledged { get; set; }

    public void OnProposed(string command) => _proposed.Add(command);

    public void OnStarted(TestReplica replica) => _leading.Remove(replica.Id);

    public void OnCrashed(TestReplica replica)
    {
        Crashes++;
        _leading.Remove(replica.Id);
    }

    /// <summary>The test has changed the replica's state: it may differ until it is repaired.</summary>
    public void OnCorrupted(TestReplica replica) => _corrupt.Add(replica.Id);

    /// <summary>A read must see everything that was acknowledged before it was asked for.</summary>
    public void OnReadRequested(Ticket ticket) => _reads[ticket] = Acknowledged;

    public void OnHappened(TestReplica replica, object happening)
    {
        switch (happening)
        {
            case ConfirmedRead read:
                Assert.That(read.Index, Is.GreaterThanOrEqualTo(_reads[read.Ticket]), $"linearizable reads: read {read.Ticket.Value} at node {replica.Id}");
                ReadsConfirmed++;
                break;
            case StateDiverged diverged when _corrupt.Contains(diverged.Node):
                Divergences++;
                break;
            case StateDiverged diverged:
                Assert.Fail($"log matching: {diverged} at node {replica.Id}");
                break;
            case Refusal { Reason: RefusalReason.StorageFull }:
                RefusedForSpace[replica.Id] = RefusedForSpace.GetValueOrDefault(replica.Id) + 1;
                break;
            case ControlCompletion { Result.IsDone: true }:
                ControlsDone++;
                break;
        }
    }

    public void AfterTurn(TestReplica replica)
    {
        var status = replica.Status;
        var term = status.TermOrView;
        Assert.That(term, Is.GreaterThanOrEqualTo(_terms.GetValueOrDefault(replica.Id)), "terms never go back, crashes included");
        _terms[replica.Id] = replica.IsFlushing ? _terms.GetValueOrDefault(replica.Id) : term;
        CheckLeader(replica, status, term);
        CheckCommitted(replica, status);
        CheckApplied(replica);
    }

    private void CheckLeader(TestReplica replica, CoreStatus status, ulong term)
    {
        if (status.Role != ReplicaRole.Leader)
        {
            _leading.Remove(replica.Id);
            return;
        }

        var log = replica.Core.Log;
        Assert.That(_leaders.TryAdd(term, replica.Id) || _leaders[term] == replica.Id, Is.True, $"election safety: nodes {_leaders[term]} and {replica.Id} both lead term {term}");
        if (_leading.TryGetValue(replica.Id, out var before) && before.Term == term)
        {
            Assert.That(log.LastIndex, Is.GreaterThanOrEqualTo(before.Last), "leader append-only: it never shortens its log");
            if (before.Last >= log.Base.Index)
            {
                Assert.That(log.PositionOf(before.Last).Chain, Is.EqualTo(before.Chain), "leader append-only: it never rewrites its log");
            }
        }
        else
        {
            Assert.That(log.LastIndex, Is.GreaterThanOrEqualTo(CommittedBefore(term)), $"leader completeness: node {replica.Id} in term {term}");
        }

        _leading[replica.Id] = (term, log.Base.Index, log.LastIndex, log.Last.Chain);
    }

    // What was committed when a leader of the term is seen first: it cannot have committed anything itself before its first turn ended.
    private LogIndex CommittedBefore(ulong term)
    {
        var last = Committed;
        while (last > LogIndex.Zero && _committed.TryGetValue(last.Value, out var entry) && entry.Term.Value >= term)
        {
            last -= 1;
        }

        return last;
    }

    private void CheckCommitted(TestReplica replica, CoreStatus status)
    {
        var log = replica.Core.Log;
        for (var index = status.CommitIndex; index > log.Base.Index; index -= 1)
        {
            ref readonly var entry = ref log[index];
            if (_committed.TryGetValue(index.Value, out var known))
            {
                Assert.That(entry.Chain, Is.EqualTo(known.Chain), $"state machine safety: entry {index} at node {replica.Id}");

                // The chain hash covers all entries before.
                break;
            }

            _committed[index.Value] = entry with { Payload = entry.Payload.ToArray() };
        }

        Committed = LogIndex.Max(Committed, status.CommitIndex);
    }

    private void CheckApplied(TestReplica replica)
    {
        var applied = replica.Applied;
        Assert.That(applied, Is.LessThanOrEqualTo(Committed), "only committed entries are applied");
        var hash = replica.State.StateHash();
        if (_corrupt.Contains(replica.Id))
        {
            if (!_stateAt.TryGetValue(applied.Value, out var right) || right != hash)
            {
                return;
            }

            _corrupt.Remove(replica.Id);
        }

        Assert.That(_stateAt.TryAdd(applied.Value, hash) || _stateAt[applied.Value] == hash, Is.True, $"state hashes agree: entry {applied} at node {replica.Id}");
        if (applied > Acknowledged)
        {
            Acknowledged = applied;
            Assert.That(replica.State.Commands.Count == 0 || _proposed.Contains(replica.State.Commands[^1]), Is.True, "validity: only proposed commands are applied");
        }
    }
}
