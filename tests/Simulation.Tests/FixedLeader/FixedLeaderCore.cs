using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>Appends what the leader proposes, votes for what it has on disk, and counts votes.</summary>
internal sealed class FixedLeaderCore : IProtocolCore
{
    private const int ResentMax = 256;
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(3);

    private readonly NodeId _self;
    private readonly ClusterMembership _members;
    private readonly SimulatedProtocolContext _context;
    private readonly Ballots _ballots;
    private readonly int _quorum;
    private readonly ulong _seed;
    private readonly EntryChain _chain = new();
    private readonly List<LogEntry> _log;
    private readonly Queue<(Lsn Lsn, LogIndex Index)> _flushing = new();
    private readonly SortedDictionary<NodeId, Vote> _votes = [];
    private readonly List<(Ticket Ticket, byte[] Mark, Ticks Asked)> _reads = [];
    private readonly HashSet<string> _marked = [];
    private ulong _marks;
    private int _sent;
    private bool _acceptsWrites;
    private LogIndex _durable;
    private LogIndex _commit;

    public FixedLeaderCore(NodeId self, CoreContext core, SimulatedProtocolContext context, Ballots ballots, int quorum)
    {
        _self = self;
        _members = core.Recovered.Bootstrap;
        _context = context;
        _ballots = ballots;
        _quorum = quorum;
        _seed = core.Seed;
        _log = [.. core.Recovered.Entries];
        _marked.UnionWith(_log.Where(entry => entry.Kind == EntryKind.NoOp).Select(entry => Convert.ToHexString(entry.Payload.Span)));
        _sent = _log.Count;
        _durable = Last;
        _commit = core.Recovered.Snapshot?.Position.Index ?? LogIndex.Zero;
        _acceptsWrites = core.Recovered.AcceptsWrites;
        NextDeadline = core.Now + TickInterval;
    }

    public Ticks NextDeadline { get; private set; }

    public CoreStatus Status => new(IsLeader ? ReplicaRole.Leader : ReplicaRole.Follower, FixedLeaderEngine.Leader, 1, Last, _commit, _members);

    private bool IsLeader => _self == FixedLeaderEngine.Leader;

    private LogIndex Last => new((ulong)_log.Count);

    private IEnumerable<NodeId> Others => _members.Members.Select(member => member.Id).Where(id => id != _self);

    public void BeginTurn(Ticks now, Timestamp clock)
    {
    }

    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        switch (input)
        {
            case CommandsProposed proposed:
                foreach (var proposal in proposed.Proposals.Span)
                {
                    Order(EntryKind.Command, proposed.Time, proposal.Payload.ToArray(), effects);
                }

                break;
            case ReadRequested read:
                // A read is an entry of its own: it sees what was committed before it was asked for.
                var mark = NextMark();
                _reads.Add((read.Ticket, mark, now));
                Order(EntryKind.NoOp, default, mark, effects);
                break;
            case MessageReceived { Message: var message }:
                Take(message.Sender, message.Message, effects);
                break;
            case LogDurable durable:
                while (_flushing.TryPeek(out var flushing) && flushing.Lsn <= durable.Lsn)
                {
                    _durable = _flushing.Dequeue().Index;
                }

                break;
            case SpaceChanged space:
                _acceptsWrites = space.AcceptsWrites;
                break;
            case MembershipChangeRequested change:
                effects.Refuse(change.Ticket, RefusalReason.NotSupported);
                break;
            case TransferRequested transfer:
                effects.Refuse(transfer.Ticket, RefusalReason.NotSupported);
                break;
            case TimePassed when now >= NextDeadline:
                NextDeadline = now + TickInterval;
                Tick(now, effects);
                break;
        }
    }

    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        if (_sent < _log.Count)
        {
            foreach (var other in Others)
            {
                for (var i = _sent; i < _log.Count && IsLeader; i++)
                {
                    effects.Send(other, Sign(_log[i], effects.LastLsn));
                }

                effects.Send(other, OwnVote(Last, effects.LastLsn));
            }

            _sent = _log.Count;
        }

        Commit(effects);
    }

    public Digest StateDigest() => Blake3.Hash(BitConverter.GetBytes(HashCode.Combine(Last.Value, _commit.Value)));

    private void Take(NodeId sender, ProtocolMessage message, EffectBuffer effects)
    {
        switch (message)
        {
            case Propose { Entry: var entry } when entry.Index == Last.Next && _acceptsWrites && _chain.Continues(ChainAt(Last), entry):
                Append(entry with { Payload = entry.Payload.ToArray() }, effects);
                break;
            case Vote vote:
                _votes[sender] = vote;
                break;
            case Forward forward when IsLeader:
                Order(forward.Kind, forward.Time, forward.Payload.ToArray(), effects);
                break;
        }
    }

    private void Order(EntryKind kind, Timestamp time, byte[] payload, EffectBuffer effects)
    {
        if (!IsLeader)
        {
            effects.Send(FixedLeaderEngine.Leader, new Forward(kind, time, payload, _ballots.Request(kind, time, payload).Sign(_context.Signer)));
            return;
        }

        // A read is asked for again and again, until its entry is committed.
        if (_acceptsWrites && (kind != EntryKind.NoOp || _marked.Add(Convert.ToHexString(payload))))
        {
            var last = _log.Count > 0 ? _log[^1].Time : default;
            var at = time.UnixMilliseconds > last.UnixMilliseconds ? time : last;
            Append(new LogEntry(Last.Next, new Term(1), kind, at, payload, _chain.Next(ChainAt(Last), Last.Next, new Term(1), kind, at, payload)), effects);
        }
    }

    private void Append(in LogEntry entry, EffectBuffer effects)
    {
        _log.Add(entry);
        _flushing.Enqueue((effects.Append(entry), entry.Index));
    }

    private void Tick(Ticks now, EffectBuffer effects)
    {
        foreach (var other in Others)
        {
            effects.Send(other, OwnVote(_durable, Lsn.Zero));
            if (IsLeader)
            {
                foreach (var entry in _log.Skip((int)MatchOf(other).Value).Take(ResentMax))
                {
                    effects.Send(other, Sign(entry, effects.LastLsn));
                }
            }
        }

        _reads.RemoveAll(read => now - read.Asked > ReadPatience);
        foreach (var read in _reads)
        {
            Order(EntryKind.NoOp, default, read.Mark, effects);
        }
    }

    private void Commit(EffectBuffer effects)
    {
        var matches = Others.Select(MatchOf).Append(_durable).OrderDescending().ToArray();
        var target = matches.Length >= _quorum ? matches[_quorum - 1] : LogIndex.Zero;
        while (_commit < target)
        {
            var entry = _log[(int)_commit.Value];
            _commit = entry.Index;
            effects.Commit(entry);
            if (entry.Kind == EntryKind.NoOp && _reads.FindIndex(read => entry.Payload.Span.SequenceEqual(read.Mark)) is >= 0 and var place)
            {
                effects.ConfirmRead(_reads[place].Ticket, entry.Index);
                _reads.RemoveAt(place);
            }
        }
    }

    private LogIndex MatchOf(NodeId other) =>
        _votes.TryGetValue(other, out var vote) && vote.Index <= Last && ChainAt(vote.Index) == vote.Chain ? vote.Index : LogIndex.Zero;

    private Digest ChainAt(LogIndex index) => index == LogIndex.Zero ? default : _log[(int)index.Value - 1].Chain;

    private Propose Sign(in LogEntry entry, Lsn after) => new(entry, _ballots.Proposal(entry.Index, entry.Chain).Sign(_context.Signer), after);

    private Vote OwnVote(LogIndex index, Lsn after) => new(index, ChainAt(index), _ballots.Vote(index, ChainAt(index)).Sign(_context.Signer), after);

    private byte[] NextMark()
    {
        var mark = new byte[sizeof(uint) + (2 * sizeof(ulong))];
        BinaryPrimitives.WriteUInt32BigEndian(mark, _self.Value);
        BinaryPrimitives.WriteUInt64BigEndian(mark.AsSpan(sizeof(uint)), _seed);
        BinaryPrimitives.WriteUInt64BigEndian(mark.AsSpan(sizeof(uint) + sizeof(ulong)), ++_marks);
        return mark;
    }
}
