using System.Buffers;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>Members that agree on the end of an epoch of Raft: their messages arrive after a millisecond, and what they save is on disk as soon as a turn is over.</summary>
internal sealed class Agreement(Group group)
{
    private static readonly Lsn Before = new(100);
    private static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(1);

    private readonly SortedDictionary<uint, Member> _members = [];
    private Ticks _now = new(1000);

    public KnownEpoch Epoch { get; } = group.Know(group.First);

    /// <summary>Whether what is saved gets to disk.</summary>
    public bool DiskWorks { get; set; } = true;

    public HandoverLog this[uint member] => _members[member].Log;

    /// <summary>Who is known to have ended the epoch, if not all have who have begun.</summary>
    public HashSet<NodeId>? KnownToHaveEnded { get; set; }

    /// <summary>What a member has sent.</summary>
    public IReadOnlyList<ProtocolMessage> SentBy(uint member) => _members[member].Sent;

    /// <summary>What a member has received.</summary>
    public IReadOnlyList<MessageReceived> ReceivedBy(uint member) => _members[member].Received;

    /// <summary>What a member has on disk.</summary>
    public IReadOnlyDictionary<ulong, byte[]> DiskOf(uint member) => _members[member].Disk;

    /// <summary>A member begins with a report, or begins again with what it has on disk.</summary>
    public void Start(uint member, EndReport report)
    {
        var agreement = group.Know(group.First.ToAgreement(), member);
        var disk = _members.TryGetValue(member, out var former) ? former.Disk : [];
        var log = new HandoverLog(Epoch, agreement, report, new CoreContext
        {
            Self = new NodeId(member),
            Epoch = group.First.Number,
            Recovered = EpochSlots.AgreementOn(group.First.Number, Group.Disk([], [.. disk.Select(slot => (slot.Key, slot.Value))])),
            Seed = member,
            Now = _now,
        });
        _members[member] = new Member(log, agreement.Engine, disk);
    }

    /// <summary>A member has a command ordered that is no report.</summary>
    public void ProposeJunk(uint member, ulong number)
    {
        var payload = new byte[CommandEnvelope.HeaderSize];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(member), 1000 + number), 0);
        _members[member].Log.Step(_now, new CommandsProposed(new[] { new Proposal(SealDesk.Ticket, payload) }, default));
    }

    public void Stop(uint member) => _members[member].IsUp = false;

    /// <summary>Time passes.</summary>
    public void Run(TimeSpan time)
    {
        for (var end = _now + time; _now < end; _now += Hop)
        {
            foreach (var (id, member) in _members.Where(member => member.Value.IsUp))
            {
                Turn(id, member);
            }
        }
    }

    private void Turn(uint id, Member member)
    {
        var inputs = member.Inbox.ToArray();
        member.Inbox.Clear();
        member.Log.BeginTurn(_now);
        if (_now >= member.Log.Core.NextDeadline)
        {
            member.Log.Step(_now, TimePassed.Instance);
        }

        foreach (var input in inputs)
        {
            member.Log.Step(_now, input);
        }

        member.Log.OnDurable(_now, DurableOf(member));
        member.Log.EndTurn(Ended(id), _now, member.Effects);
        foreach (var record in member.Effects.Records)
        {
            Assert.That(record.Kind, Is.EqualTo(LogRecordKind.Slot), "the log itself is another's");
            if (record.Value.IsEmpty)
            {
                member.Disk.Remove(record.Slot);
            }
            else
            {
                member.Disk[record.Slot] = record.Value.ToArray();
            }
        }

        foreach (var (to, message) in member.Effects.Messages)
        {
            member.Sent.Add(message);
            if (_members.TryGetValue(to.Value, out var receiver) && receiver.IsUp && !(message is PromiseMessage promise && promise.AfterLsn > DurableOf(member)))
            {
                receiver.Receive(new NodeId(id), ((IEpochMessage)message).Content!);
            }
        }

        member.Effects.Clear();
    }

    private HashSet<NodeId> Ended(uint id) => KnownToHaveEnded ?? [.. _members.Keys.Where(other => other != id).Select(other => new NodeId(other))];

    private Lsn DurableOf(Member member) => DiskWorks ? member.Effects.LastLsn : Before;

    private sealed class Member(HandoverLog log, IEngine engine, Dictionary<ulong, byte[]> disk)
    {
        private readonly MessageIngress _ingress = new(engine.Codec, engine.Verifier);

        public HandoverLog Log => log;

        public Dictionary<ulong, byte[]> Disk => disk;

        public EffectBuffer Effects { get; } = new(Before);

        public List<MessageReceived> Inbox { get; } = [];

        public List<MessageReceived> Received { get; } = [];

        public List<ProtocolMessage> Sent { get; } = [];

        public bool IsUp { get; set; } = true;

        public void Receive(NodeId from, ProtocolMessage message)
        {
            var buffer = new ArrayBufferWriter<byte>();
            engine.Codec.Encode(message, buffer);
            if (_ingress.TryAccept(from, buffer.WrittenMemory, out var input, out var defect))
            {
                Inbox.Add(input);
                Received.Add(input);
            }

            Assert.That(defect, Is.Null);
        }
    }
}
