using System.Buffers;

namespace Consensus.Engine.Tests.Hosting;

/// <summary>The smallest engine there can be: one replica that orders what it is given, and commits what is on its disk.</summary>
internal sealed class SoloEngine : IEngine, IMessageCodec, IMessageVerifier
{
    /// <summary>Changes what the core does. Set before the replica starts.</summary>
    public Func<Input, EffectBuffer, bool> OnStep { get; set; } = static (_, _) => false;

    /// <summary>Whether durable entries are committed.</summary>
    public bool Commits { get; set; } = true;

    /// <summary>The leader that the core claims to have. Changed on the loop.</summary>
    public NodeId Leader { get; set; } = new(1);

    /// <summary>The term that the core claims to be in. Changed on the loop.</summary>
    public ulong Term { get; set; } = 1;

    /// <summary>The members that the core claims to have. Set before the replica starts.</summary>
    public ClusterMembership Membership { get; set; } = ClusterMembership.Empty;

    public string Name => "solo";

    /// <summary>Up to where the core claims that nothing is lost to liars. Changed on the loop.</summary>
    public LogIndex Certified { get; set; }

    public ConsensusGuarantees Guarantees { get; init; } = ConsensusGuarantees.TotalOrder;

    public bool MarksCheckpoints { get; init; }

    /// <summary>Nobody is told who leads, so that tests hear of nothing else than what they cause.</summary>
    public bool AnnouncesLeaders => true;

    public IMessageCodec Codec => this;

    public IMessageVerifier Verifier => this;

    public IProtocolCore CreateCore(CoreContext context) => new SoloCore(this);

    public void Encode(ProtocolMessage message, IBufferWriter<byte> destination) => destination.Write<byte>([1]);

    public ProtocolMessage Decode(ReadOnlyMemory<byte> frame) => frame.Span[0] switch
    {
        1 => new Note(),
        3 => new Rumour(),
        2 => throw new InvalidOperationException("a codec with a bug"),
        _ => throw new MessageFormatException("The first byte is not 1."),
    };

    public MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? defect)
    {
        defect = null;
        return message is Rumour ? MessageVerdict.Unneeded : MessageVerdict.Accepted;
    }

    internal sealed record Note : ProtocolMessage;

    /// <summary>A message that nobody needs.</summary>
    private sealed record Rumour : ProtocolMessage;

    private sealed class SoloCore(SoloEngine engine) : IProtocolCore
    {
        private readonly Queue<LogEntry> _uncommitted = new();
        private readonly Queue<Lsn> _lsns = new();
        private LogIndex _last;
        private LogIndex _commit;
        private bool _acceptsWrites = true;

        public Ticks NextDeadline => Ticks.Never;

        public CoreStatus Status => new(ReplicaRole.Leader, engine.Leader, engine.Term, _last, _commit, engine.Membership) { Certified = engine.Certified };

        public void BeginTurn(Ticks now, Timestamp clock)
        {
        }

        public void Step(Ticks now, Input input, EffectBuffer effects)
        {
            if (engine.OnStep(input, effects))
            {
                return;
            }

            switch (input)
            {
                case CommandsProposed proposed:
                    Append(proposed, effects);
                    break;
                case LogDurable durable when engine.Commits:
                    Commit(durable.Lsn, effects);
                    break;
                case ReadRequested read:
                    effects.ConfirmRead(read.Ticket, _commit);
                    break;
                case SpaceChanged space:
                    _acceptsWrites = space.AcceptsWrites;
                    break;
                case MembershipChangeRequested change:
                    effects.CompleteControl(change.Ticket, ControlResult.Done);
                    break;
                case TransferRequested transfer:
                    effects.Refuse(transfer.Ticket, RefusalReason.NotSupported);
                    break;
            }
        }

        public void EndTurn(Ticks now, EffectBuffer effects)
        {
        }

        public Digest StateDigest() => default;

        private void Append(CommandsProposed proposed, EffectBuffer effects)
        {
            foreach (ref readonly var proposal in proposed.Proposals.Span)
            {
                if (!_acceptsWrites)
                {
                    effects.Refuse(proposal.Ticket, RefusalReason.StorageFull);
                    continue;
                }

                _last = _last.Next;
                var entry = new LogEntry(_last, new Term(1), EntryKind.Command, proposed.Time, proposal.Payload.ToArray(), default);
                _lsns.Enqueue(effects.Append(entry));
                _uncommitted.Enqueue(entry);
            }
        }

        private void Commit(Lsn durable, EffectBuffer effects)
        {
            while (_lsns.TryPeek(out var lsn) && lsn <= durable)
            {
                _lsns.Dequeue();
                var entry = _uncommitted.Dequeue();
                _commit = entry.Index;
                effects.Commit(entry);
            }
        }
    }
}
