using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Raft.Messages;

/// <summary>
/// The wire form of Raft's messages: MessagePack, the kind and then the fields in order, without names (see the README's table). Whatever
/// the bytes, decoding throws nothing but <see cref="MessageFormatException"/>, and allocates no more than the bytes account for.
/// </summary>
internal sealed class RaftMessageCodec : MessagePackCodec
{
    // What the largest allowed message can hold when every entry counts for at least its overhead.
    private const int EntriesMax = 64 * 1024;

    // The shortest elements: a byte for each number and for an empty string, two for empty bytes.
    private const int EntryBytesMin = 5;
    private const int ProposalBytesMin = 3;
    private const int TicketBytesMin = 1;
    private const int StepBytesMin = 3;

    /// <inheritdoc/>
    protected override string Protocol => "Raft";

    /// <inheritdoc/>
    protected override bool TryWrite(ref MessagePackWriter writer, ProtocolMessage message)
    {
        switch (message)
        {
            case AppendRequest m:
                Begin(ref writer, RaftMessageKind.AppendRequest, m.Term);
                WriteEntries(ref writer, m);
                break;
            case AppendAccepted m:
                Begin(ref writer, RaftMessageKind.AppendAccepted, m.Term);
                writer.Write(m.Match.Value);
                break;
            case AppendRejected m:
                Begin(ref writer, RaftMessageKind.AppendRejected, m.Term);
                writer.Write(m.Rejected.Value);
                writer.Write(m.HintIndex.Value);
                writer.Write(m.HintTerm.Value);
                writer.Write(m.IsFull);
                break;
            case Heartbeat m:
                Begin(ref writer, RaftMessageKind.Heartbeat, m.Term);
                writer.Write(m.Commit.Value);
                writer.Write(m.Round);
                break;
            case HeartbeatResponse m:
                Begin(ref writer, RaftMessageKind.HeartbeatResponse, m.Term);
                writer.Write(m.Round);
                writer.Write((byte)m.Space);
                break;
            case PreVoteRequest m:
                Begin(ref writer, RaftMessageKind.PreVoteRequest, m.Term);
                writer.Write(m.LastIndex.Value);
                writer.Write(m.LastTerm.Value);
                break;
            case PreVoteResponse m:
                Begin(ref writer, RaftMessageKind.PreVoteResponse, m.Term);
                writer.Write(m.Granted);
                break;
            case VoteRequest m:
                Begin(ref writer, RaftMessageKind.VoteRequest, m.Term);
                writer.Write(m.LastIndex.Value);
                writer.Write(m.LastTerm.Value);
                writer.Write(m.IsTransfer);
                break;
            case VoteResponse m:
                Begin(ref writer, RaftMessageKind.VoteResponse, m.Term);
                writer.Write(m.Granted);
                break;
            case SnapshotChunk m:
                Begin(ref writer, RaftMessageKind.SnapshotChunk, m.Term);
                SnapshotDescriptorCodec.Write(ref writer, m.Snapshot);
                writer.Write(m.Offset);
                writer.Write(m.Data.Span);
                break;
            case SnapshotProgress m:
                Begin(ref writer, RaftMessageKind.SnapshotProgress, m.Term);
                writer.Write(m.SnapshotIndex.Value);
                writer.Write(m.NextOffset);
                break;
            case TimeoutNow m:
                Begin(ref writer, RaftMessageKind.TimeoutNow, m.Term);
                break;
            case ForwardedProposals m:
                Begin(ref writer, RaftMessageKind.ForwardedProposals, m.Term);
                writer.Write(m.Run);
                writer.Write(m.Number);
                writer.Write(m.Time.UnixMilliseconds);
                writer.WriteArrayHeader(m.Proposals.Length);
                foreach (var proposal in m.Proposals.Span)
                {
                    writer.Write(proposal.Ticket.Value);
                    writer.Write(proposal.Payload.Span);
                }

                break;
            case ForwardRefused m:
                Begin(ref writer, RaftMessageKind.ForwardRefused, m.Term);
                writer.Write((byte)m.Reason);
                writer.WriteArrayHeader(m.Tickets.Length);
                foreach (var ticket in m.Tickets.Span)
                {
                    writer.Write(ticket.Value);
                }

                break;
            case ReadIndexRequest m:
                Begin(ref writer, RaftMessageKind.ReadIndexRequest, m.Term);
                writer.Write(m.Ticket.Value);
                break;
            case ReadIndexResponse m:
                Begin(ref writer, RaftMessageKind.ReadIndexResponse, m.Term);
                writer.Write(m.Ticket.Value);
                writer.Write(m.Index.Value);
                break;
            case ForwardedChange m:
                Begin(ref writer, RaftMessageKind.ForwardedChange, m.Term);
                WriteChange(ref writer, m);
                break;
            case ForwardedFencedChange m:
                Begin(ref writer, RaftMessageKind.ForwardedFencedChange, m.Term);
                writer.Write(m.Change.ExpectedVersion!.Value.Value);
                WriteChange(ref writer, m);
                break;
            case ForwardedTransfer m:
                Begin(ref writer, RaftMessageKind.ForwardedTransfer, m.Term);
                writer.Write(m.Ticket.Value);
                writer.Write(m.Target.Value);
                break;
            case ControlOutcome m:
                Begin(ref writer, RaftMessageKind.ControlOutcome, m.Term);
                writer.Write(m.Ticket.Value);
                writer.Write((byte)m.Result.Refusal);
                writer.WriteString(Encoding.UTF8.GetBytes(m.Result.Detail));
                break;
            case StateReport m:
                Begin(ref writer, RaftMessageKind.StateReport, m.Term);
                WriteStateHash(ref writer, m.Index, m.Hash);
                break;
            case StateVerdict m:
                Begin(ref writer, RaftMessageKind.StateVerdict, m.Term);
                WriteStateHash(ref writer, m.Index, m.Hash);
                break;
            case RepairRequest m:
                Begin(ref writer, RaftMessageKind.RepairRequest, m.Term);
                writer.Write(m.AtLeast.Value);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override ProtocolMessage Read(ref MessagePackReader reader)
    {
        var kind = (RaftMessageKind)reader.ReadByte();
        var term = ReadTerm(ref reader);
        switch (kind)
        {
            case RaftMessageKind.AppendRequest:
                return ReadEntries(ref reader, term);
            case RaftMessageKind.AppendAccepted:
                return new AppendAccepted(Lsn.Zero, term, ReadIndex(ref reader));
            case RaftMessageKind.AppendRejected:
                return new AppendRejected(Lsn.Zero, term, ReadIndex(ref reader), ReadIndex(ref reader), ReadTerm(ref reader), reader.ReadBoolean());
            case RaftMessageKind.Heartbeat:
                return new Heartbeat(term, ReadIndex(ref reader), reader.ReadUInt64());
            case RaftMessageKind.HeartbeatResponse:
                return new HeartbeatResponse(Lsn.Zero, term, reader.ReadUInt64(), ReadSpace(ref reader));
            case RaftMessageKind.PreVoteRequest:
                return new PreVoteRequest(term, ReadIndex(ref reader), ReadTerm(ref reader));
            case RaftMessageKind.PreVoteResponse:
                return new PreVoteResponse(term, reader.ReadBoolean());
            case RaftMessageKind.VoteRequest:
                return new VoteRequest(Lsn.Zero, term, ReadIndex(ref reader), ReadTerm(ref reader), reader.ReadBoolean());
            case RaftMessageKind.VoteResponse:
                return new VoteResponse(Lsn.Zero, term, reader.ReadBoolean());
            case RaftMessageKind.SnapshotChunk:
                return new SnapshotChunk(term, SnapshotDescriptorCodec.Read(ref reader), reader.ReadInt64(), WireFields.ReadBytes(ref reader));
            case RaftMessageKind.SnapshotProgress:
                return new SnapshotProgress(Lsn.Zero, term, ReadIndex(ref reader), reader.ReadInt64());
            case RaftMessageKind.TimeoutNow:
                return new TimeoutNow(term);
            case RaftMessageKind.ForwardedProposals:
                return ReadProposals(ref reader, term);
            case RaftMessageKind.ForwardRefused:
                return ReadRefused(ref reader, term);
            case RaftMessageKind.ReadIndexRequest:
                return new ReadIndexRequest(term, new Ticket(reader.ReadUInt64()));
            case RaftMessageKind.ReadIndexResponse:
                return new ReadIndexResponse(term, new Ticket(reader.ReadUInt64()), ReadIndex(ref reader));
            case RaftMessageKind.ForwardedChange:
                return ReadChange(ref reader, term, expected: null);
            case RaftMessageKind.ForwardedFencedChange:
                return ReadChange(ref reader, term, ReadIndex(ref reader));
            case RaftMessageKind.ForwardedTransfer:
                return new ForwardedTransfer(term, new Ticket(reader.ReadUInt64()), new NodeId(reader.ReadUInt32()));
            case RaftMessageKind.ControlOutcome:
                return new ControlOutcome(term, new Ticket(reader.ReadUInt64()), new ControlResult(ReadReason(ref reader), reader.ReadString() ?? ""));
            case RaftMessageKind.StateReport:
                return new StateReport(term, ReadIndex(ref reader), WireFields.ReadDigest(ref reader));
            case RaftMessageKind.StateVerdict:
                return new StateVerdict(term, ReadIndex(ref reader), WireFields.ReadDigest(ref reader));
            case RaftMessageKind.RepairRequest:
                return new RepairRequest(term, ReadIndex(ref reader));
            default:
                throw new MessageFormatException($"Raft has no message of kind {(byte)kind}.");
        }
    }

    private static void Begin(ref MessagePackWriter writer, RaftMessageKind kind, Term term)
    {
        writer.Write((byte)kind);
        writer.Write(term.Value);
    }

    private static void WriteEntries(ref MessagePackWriter writer, AppendRequest request)
    {
        WireFields.WritePosition(ref writer, request.Previous);
        writer.Write(request.Commit.Value);
        writer.WriteArrayHeader(request.Entries.Length);
        foreach (ref readonly var entry in request.Entries.Span)
        {
            // Index and chain hash follow from the entry before.
            writer.Write(entry.Term.Value);
            writer.Write((byte)entry.Kind);
            writer.Write(entry.Time.UnixMilliseconds);
            writer.Write(entry.Payload.Span);
        }
    }

    private static AppendRequest ReadEntries(ref MessagePackReader reader, Term term)
    {
        var previous = WireFields.ReadPosition(ref reader);
        var commit = ReadIndex(ref reader);
        var count = WireFields.ReadCount(ref reader, EntryBytesMin);
        if (count > EntriesMax)
        {
            throw new MessageFormatException($"A message has {count} entries; allowed are {EntriesMax}.");
        }

        var index = previous.Index;
        if (index.Value > ulong.MaxValue - (ulong)count)
        {
            throw new MessageFormatException($"Entries cannot follow index {index}.");
        }

        if (count == 0)
        {
            // Every other message only tells the commit index.
            return new AppendRequest(term, previous, commit, default);
        }

        // If one of them cannot be read, the array is not given back: the collector takes it.
        var entries = ArrayPool<LogEntry>.Shared.Rent(count);
        for (var i = 0; i < count; i++)
        {
            index = index.Next;
            var entryTerm = ReadTerm(ref reader);
            var kind = (EntryKind)reader.ReadByte();
            if (kind is not (EntryKind.NoOp or EntryKind.Command or EntryKind.Membership or EntryKind.Checkpoint))
            {
                throw new MessageFormatException($"Entry {index} is of kind {(byte)kind}; Raft's entries are of the kinds 0 to {(byte)EntryKind.Membership} and {(byte)EntryKind.Checkpoint}, for it orders no blocks.");
            }

            entries[i] = new LogEntry(index, entryTerm, kind, new Timestamp(reader.ReadInt64()), WireFields.ReadBytes(ref reader), default);
        }

        return AppendRequest.Received(term, previous, commit, entries, count);
    }

    private static ForwardedProposals ReadProposals(ref MessagePackReader reader, Term term)
    {
        var run = reader.ReadUInt64();
        var number = reader.ReadUInt64();
        var time = new Timestamp(reader.ReadInt64());
        var proposals = new Proposal[WireFields.ReadCount(ref reader, ProposalBytesMin)];
        for (var i = 0; i < proposals.Length; i++)
        {
            proposals[i] = new Proposal(new Ticket(reader.ReadUInt64()), WireFields.ReadBytes(ref reader));
        }

        return new ForwardedProposals(term, run, number, time, proposals);
    }

    private static ForwardRefused ReadRefused(ref MessagePackReader reader, Term term)
    {
        var reason = ReadReason(ref reader);
        var tickets = new Ticket[WireFields.ReadCount(ref reader, TicketBytesMin)];
        for (var i = 0; i < tickets.Length; i++)
        {
            tickets[i] = new Ticket(reader.ReadUInt64());
        }

        return new ForwardRefused(term, reason, tickets);
    }

    private static void WriteChange(ref MessagePackWriter writer, IForwardedChange forwarded)
    {
        writer.Write(forwarded.Ticket.Value);
        writer.Write(forwarded.Time.UnixMilliseconds);
        writer.WriteArrayHeader(forwarded.Change.Steps.Length);
        foreach (var step in forwarded.Change.Steps)
        {
            writer.Write((byte)step.Kind);
            writer.Write(step.Id.Value);
            writer.WriteString(Encoding.UTF8.GetBytes(step.Address));
        }
    }

    private static ProtocolMessage ReadChange(ref MessagePackReader reader, Term term, LogIndex? expected)
    {
        var ticket = new Ticket(reader.ReadUInt64());
        var time = new Timestamp(reader.ReadInt64());
        var steps = ImmutableArray.CreateBuilder<MembershipStep>(WireFields.ReadCount(ref reader, StepBytesMin));
        for (var left = steps.Capacity; left > 0; left--)
        {
            var kind = (MembershipStepKind)reader.ReadByte();
            if (!Enum.IsDefined(kind))
            {
                throw new MessageFormatException($"There is no membership step of kind {(byte)kind}.");
            }

            steps.Add(new MembershipStep(kind, new NodeId(reader.ReadUInt32()), reader.ReadString() ?? ""));
        }

        return ForwardedChange.Of(term, ticket, MembershipChange.Of(steps.MoveToImmutable()).Expecting(expected), time);
    }

    private static void WriteStateHash(ref MessagePackWriter writer, LogIndex index, Digest hash)
    {
        writer.Write(index.Value);
        WireFields.WriteDigest(ref writer, hash);
    }

    private static LogIndex ReadIndex(ref MessagePackReader reader) => new(reader.ReadUInt64());

    private static Term ReadTerm(ref MessagePackReader reader) => new(reader.ReadUInt64());

    private static RefusalReason ReadReason(ref MessagePackReader reader)
    {
        var reason = (RefusalReason)reader.ReadByte();
        return Enum.IsDefined(reason) ? reason : throw new MessageFormatException($"There is no refusal reason {(byte)reason}.");
    }

    private static DiskSpace ReadSpace(ref MessagePackReader reader)
    {
        var space = (DiskSpace)reader.ReadByte();
        return Enum.IsDefined(space) ? space : throw new MessageFormatException($"There is no state of a disk {(byte)space}.");
    }
}
