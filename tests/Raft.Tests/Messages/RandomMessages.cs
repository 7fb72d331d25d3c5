using System.Buffers;
using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Messages;

/// <summary>Messages of every kind with random contents, within what the codec can carry.</summary>
internal sealed class RandomMessages(int seed)
{
    private static readonly string[] Addresses = ["", "n1", "host:7000", "bücher.example:1", "[::1]:65535"];

    private static readonly EntryKind[] EntryKinds = [EntryKind.NoOp, EntryKind.Command, EntryKind.Membership];

    private readonly Random _random = new(seed);

    public static IEnumerable<RaftMessageKind> Kinds => Enum.GetValues<RaftMessageKind>();

    public static byte[] Encode(ProtocolMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        new RaftMessageCodec().Encode(message, frame);
        return frame.WrittenSpan.ToArray();
    }

    public ProtocolMessage Next(RaftMessageKind kind) => kind switch
    {
        RaftMessageKind.PreVoteRequest => new PreVoteRequest(Term(), Index(), Term()),
        RaftMessageKind.PreVoteResponse => new PreVoteResponse(Term(), Bool()),
        RaftMessageKind.VoteRequest => new VoteRequest(Lsn.Zero, Term(), Index(), Term(), Bool()),
        RaftMessageKind.VoteResponse => new VoteResponse(Lsn.Zero, Term(), Bool()),
        RaftMessageKind.AppendRequest => Append(),
        RaftMessageKind.AppendAccepted => new AppendAccepted(Lsn.Zero, Term(), Index()),
        RaftMessageKind.AppendRejected => new AppendRejected(Lsn.Zero, Term(), Index(), Index(), Term(), Bool()),
        RaftMessageKind.Heartbeat => new Heartbeat(Term(), Index(), Number()),
        RaftMessageKind.HeartbeatResponse => new HeartbeatResponse(Lsn.Zero, Term(), Number(), Pick(Enum.GetValues<DiskSpace>())),
        RaftMessageKind.SnapshotChunk => new SnapshotChunk(Term(), Snapshot(), (long)Number(), Bytes()),
        RaftMessageKind.SnapshotProgress => new SnapshotProgress(Lsn.Zero, Term(), Index(), (long)Number()),
        RaftMessageKind.TimeoutNow => new TimeoutNow(Term()),
        RaftMessageKind.ForwardedProposals => new ForwardedProposals(Term(), Number(), Number(), Time(), Many(() => new Proposal(Ticket(), Bytes()))),
        RaftMessageKind.ForwardRefused => new ForwardRefused(Term(), Pick(Enum.GetValues<RefusalReason>()), Many(Ticket)),
        RaftMessageKind.ReadIndexRequest => new ReadIndexRequest(Term(), Ticket()),
        RaftMessageKind.ReadIndexResponse => new ReadIndexResponse(Term(), Ticket(), Index()),
        RaftMessageKind.ForwardedChange => new ForwardedChange(Term(), Ticket(), Change(), Time()),
        RaftMessageKind.ForwardedFencedChange => new ForwardedFencedChange(Term(), Ticket(), Change().Expecting(Index()), Time()),
        RaftMessageKind.ForwardedTransfer => new ForwardedTransfer(Term(), Ticket(), Node()),
        RaftMessageKind.ControlOutcome => new ControlOutcome(Term(), Ticket(), new ControlResult(Pick(Enum.GetValues<RefusalReason>()), Pick(Addresses))),
        RaftMessageKind.StateReport => new StateReport(Term(), Index(), Hash()),
        RaftMessageKind.StateVerdict => new StateVerdict(Term(), Index(), Hash()),
        RaftMessageKind.RepairRequest => new RepairRequest(Term(), Index()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Say here how a message of this kind is made."),
    };

    private AppendRequest Append()
    {
        var previous = new LogPosition(new LogIndex(Number() >> 1), Term(), Hash());
        var index = previous.Index;
        return new AppendRequest(Term(), previous, Index(), Many(() =>
        {
            index = index.Next;
            return new LogEntry(index, Term(), Pick(EntryKinds), Time(), Bytes(), default);
        }));
    }

    private SnapshotDescriptor Snapshot() => new()
    {
        Epoch = new Epoch(Number()),
        Position = new LogPosition(Index(), Term(), Hash()),
        Time = Time(),
        Membership = new ClusterMembership(
            [.. Enumerable.Range(1, _random.Next(5)).Select(id => new Member(new NodeId((uint)id), Pick(Addresses), Pick(Enum.GetValues<MemberRole>())))],
            [.. Enumerable.Range(1, _random.Next(5)).Select(id => new NodeId((uint)id))]),
        StateHash = Hash(),
        Length = (long)Number(),
        Checksum = Hash(),
    };

    private MembershipChange Change()
    {
        var change = MembershipChange.None;
        for (var left = _random.Next(6); left > 0; left--)
        {
            change = _random.Next(5) switch
            {
                0 => change.AddVoter(Node(), Pick(Addresses)),
                1 => change.AddLearner(Node(), Pick(Addresses)),
                2 => change.Promote(Node()),
                3 => change.Remove(Node()),
                _ => change.Move(Node(), Pick(Addresses)),
            };
        }

        return change;
    }

    /// <summary>Numbers of all lengths: the wire form has one for each.</summary>
    private ulong Number() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);

    private Term Term() => new(Number());

    private LogIndex Index() => new(Number());

    private Ticket Ticket() => new(Number());

    private NodeId Node() => new((uint)Number());

    private Timestamp Time() => new((long)Number());

    private bool Bool() => _random.Next(2) == 0;

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private T[] Many<T>(Func<T> next) => [.. Enumerable.Range(0, _random.Next(20) == 0 ? 40 : _random.Next(4)).Select(_ => next())];

    private Digest Hash()
    {
        var bytes = new byte[Digest.Size];
        _random.NextBytes(bytes);
        return new Digest(bytes);
    }

    private byte[] Bytes()
    {
        var bytes = new byte[_random.Next(10) == 0 ? _random.Next(1000) : _random.Next(20)];
        _random.NextBytes(bytes);
        return bytes;
    }
}
