using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>
/// What a replica has promised on its disk never goes back, across all its lives: the view up to which it votes no more, what it has voted for there, the terms that it has given up or led, its lock,
/// and its highest certificate. A vote leaves when it and its node are on disk; a time-out when the term is given up there, with no lower certificate than was on disk
/// then; a proposal when it is on disk that its term is led. Source: PODC '19, section 4.4, for replicas that crash and go on; pitfalls H3, H13, and part 3.
/// </summary>
/// <remarks>
/// The naive form compares what is said with what is on disk at the moment, and misses votes: a view that was given up later is on disk as voted in, too. So everything that was ever
/// flushed is remembered, in the order in which it was staged. What a crash has left beyond what was known to be flushed is taken as it is found.
/// </remarks>
/// <param name="members">The members.</param>
/// <param name="termViews">How many views a term has.</param>
internal sealed class PromisesAreKept(SignerSet members, int termViews) : Checker
{
    private readonly NodeCodec _codec = new(members);
    private readonly Dictionary<NodeId, Disk> _disks = [];
    private ProtocolMessage? _lastSeen;

    /// <inheritdoc/>
    public override string Name => "promises are kept";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        var disk = DiskOf(node);
        disk.Staged.Clear();
        foreach (var (slot, value) in recovered.Slots)
        {
            Take(node, disk, slot, value);
        }

        if (disk.Promises is { } before && !recovered.Slots.ContainsKey(HotStuffSlots.Promises))
        {
            Report($"node {node.Id} starts without promises on its disk, and had voted up to view {before.Voted} there");
        }
    }

    /// <inheritdoc/>
    public override void OnStaged(SimulatedNode node, in LogRecord record)
    {
        if (record.Kind == LogRecordKind.Slot)
        {
            DiskOf(node).Staged.Enqueue((record.Lsn, record.Slot, record.Value.ToArray()));
        }
    }

    /// <inheritdoc/>
    public override void OnDurable(SimulatedNode node, Lsn lsn)
    {
        var disk = DiskOf(node);
        while (disk.Staged.TryPeek(out var staged) && staged.Lsn <= lsn)
        {
            disk.Staged.Dequeue();
            Take(node, disk, staged.Slot, staged.Value);
        }
    }

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (ReferenceEquals(message, _lastSeen))
        {
            // The same message to the next member.
            return;
        }

        _lastSeen = message;
        var disk = DiskOf(node);
        switch (message)
        {
            case NodeVote m when !disk.Votes.Contains((m.View, m.Hash)):
                Report($"node {node.Id} votes in view {m.View}, and that is not on its disk{Describe(disk)}");
                break;
            case NodeVote m when !disk.Nodes.Contains(m.Hash):
                Report($"node {node.Id} votes in view {m.View} for a node that was never on its disk");
                break;
            case TermTimeout m when !disk.GivenUp.ContainsKey(m.Last):
                Report($"node {node.Id} says that it has given up view {m.Last}, and that is not on its disk{Describe(disk)}");
                break;
            case TermTimeout m when m.High.View < disk.GivenUp[m.Last]:
                Report($"node {node.Id} has given up view {m.Last} and names a certificate of view {m.High.View}; it had one of view {disk.GivenUp[m.Last]} on its disk then");
                break;
            case NodeProposal m when disk.Promises is not { } promises || promises.LedTerms <= m.Node.View.Value / (ulong)termViews:
                Report($"node {node.Id} proposes in view {m.Node.View}, and that it leads the term is not on its disk");
                break;
        }
    }

    private static string Describe(Disk disk) => disk.Promises is { } promises ? $", where it has voted up to view {promises.Voted}" : "";

    private Disk DiskOf(SimulatedNode node)
    {
        if (!_disks.TryGetValue(node.Id, out var disk))
        {
            _disks[node.Id] = disk = new Disk();
        }

        return disk;
    }

    private void Take(SimulatedNode node, Disk disk, ulong slot, ReadOnlyMemory<byte> value)
    {
        try
        {
            if (HotStuffSlots.FindNode(slot, value, _codec) is { } found)
            {
                disk.Nodes.Add(found.Hash);
            }
            else if (slot == HotStuffSlots.Promises)
            {
                Enter(node, disk, HotStuffSlots.ReadPromises(value, _codec));
            }
        }
        catch (ConsensusException exception)
        {
            Report($"node {node.Id} has something on its disk that it could not read after a restart: {exception.Message}");
        }
    }

    private void Enter(SimulatedNode node, Disk disk, in Promises promises)
    {
        if (disk.Promises is { } before && DefectOf(before, promises) is { } defect)
        {
            Report($"node {node.Id} goes back on disk: {defect}");
        }

        disk.Promises = promises;
        disk.Votes.Add((promises.Voted, promises.VotedHash));
        disk.GivenUp.TryAdd(promises.GivenUp, promises.High.View);
    }

    private static string? DefectOf(in Promises before, in Promises after) =>
        after.Voted < before.Voted ? $"it had voted in view {before.Voted}, and now in view {after.Voted}"
        : after.Voted == before.Voted && after.VotedHash != before.VotedHash ? $"it had voted otherwise in view {after.Voted}"
        : after.GivenUp < before.GivenUp ? $"it had given up view {before.GivenUp}, and now view {after.GivenUp}"
        : after.LedTerms < before.LedTerms ? $"it had led {before.LedTerms} terms, and now {after.LedTerms}"
        : after.Locked.View < before.Locked.View ? $"it was locked on view {before.Locked.View}, and now on view {after.Locked.View}"
        : after.High.View < before.High.View ? $"its highest certificate was of view {before.High.View}, and now of view {after.High.View}"
        : null;

    private sealed class Disk
    {
        public Queue<(Lsn Lsn, ulong Slot, byte[] Value)> Staged { get; } = new();

        public HashSet<(ViewNumber View, Digest Hash)> Votes { get; } = [];

        public HashSet<Digest> Nodes { get; } = [];

        /// <summary>The views up to which it has given up terms, with that of the highest certificate that was on disk then.</summary>
        public Dictionary<ViewNumber, ViewNumber> GivenUp { get; } = [];

        public Promises? Promises { get; set; }
    }
}
