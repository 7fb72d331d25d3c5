using Consensus.Byzantine.Tests;
using Consensus.Cryptography.Tests;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Members 10, 20, ... with an operator, and what begins and ends their epochs.</summary>
internal sealed class Group
{
    public Group(int members = 4)
    {
        Members = Keys.Members(members);
        First = EpochDescriptor.First(Cluster, EpochProtocol.Raft, Members, [Operator.PublicKey]);
    }

    public static ClusterId Cluster { get; } = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    public FakeKeys Keys { get; } = new();

    public SignerSet Members { get; }

    public ISigner Operator => Keys.Signer(1000);

    public EpochDescriptor First { get; }

    public static LogPosition Position(ulong index, ulong term = 1) => new(new LogIndex(index), new Term(term), FakeKeys.Hash((int)index));

    /// <summary>An entry of a log that a test makes up.</summary>
    public static LogEntry Entry(ulong index, byte[] payload, EntryKind kind = EntryKind.Command, Digest after = default)
    {
        var chain = new EntryChain().Next(after, new LogIndex(index), new Term(1), kind, new Timestamp(5), payload);
        return new LogEntry(new LogIndex(index), new Term(1), kind, new Timestamp(5), payload, chain);
    }

    /// <summary>Entries that follow each other, from the first one of a log on.</summary>
    public static LogEntry[] Log(int count, LogPosition behind = default)
    {
        var entries = new LogEntry[count];
        for (var i = 0; i < count; i++)
        {
            entries[i] = Entry(behind.Index.Value + 1 + (ulong)i, [(byte)i], after: i == 0 ? behind.Chain : entries[i - 1].Chain);
        }

        return entries;
    }

    public static LogPosition At(LogEntry entry) => new(entry.Index, entry.Term, entry.Chain);

    public HybridIdentity Identity(uint node) => new(new NodeId(node), Keys.Signer(node), Keys, new VerifiedSignatures(256));

    public HybridEngine Engine(uint node = 10) => new(First, new HybridOptions(), Identity(node));

    /// <summary>The epoch as a member knows it.</summary>
    public KnownEpoch Know(EpochDescriptor epoch, uint node = 10) => Engine(node).Know(epoch);

    /// <summary>What a member says that has ended an epoch.</summary>
    public static HandoverContent Ending(EpochDescriptor epoch, EpochProtocol protocol = EpochProtocol.Pbft, ulong index = 7, int state = 1) =>
        new(epoch.Next(protocol, Position(epoch.Start.Index.Value + index), new Timestamp(5)), FakeKeys.Hash(state));

    /// <summary>What proves that a member has signed two histories as leader.</summary>
    public EquivocationEvidence Evidence(uint node, EpochDescriptor? epoch = null, ulong index = 9)
    {
        SignedStatement Say(int history)
        {
            var statement = new Statement((epoch ?? First).Domain, StatementKind.RaftMark, new ViewNumber(1), new SequenceNumber(index), FakeKeys.Hash(history));
            return new SignedStatement(statement, new NodeId(node), statement.Sign(Keys.Signer(node)));
        }

        return EquivocationEvidence.TryCreate(Say(1), Say(2), out var evidence, out var defect) ? evidence : throw new AssertionException(defect.Detail);
    }

    public Signature Sign(uint node, EpochDescriptor ends, HandoverContent content) => Say(ends, content).Sign(Keys.Signer(node));

    /// <summary>What so many members have signed.</summary>
    public HandoverCertificate Certify(EpochDescriptor ends, HandoverContent content, params uint[] signers) =>
        new(content, Keys.Certify(Say(ends, content), signers));

    /// <summary>What begins an epoch behind another.</summary>
    public HandoverCertificate Beginning(EpochDescriptor ends, EpochProtocol protocol = EpochProtocol.Pbft, ulong index = 7) =>
        Certify(ends, Ending(ends, protocol, index), 10, 20, 30);

    public static RecoveredState Disk(LogEntry[] entries, params (ulong Slot, byte[] Value)[] slots) => EmptyDisk.Found with
    {
        Entries = entries,
        LastLsn = new Lsn(100),
        Slots = slots.Aggregate(EmptyDisk.Found.Slots, (all, slot) => all.Add(slot.Slot, slot.Value)),
    };

    private static Statement Say(EpochDescriptor ends, HandoverContent content) => new(ends.Domain, StatementKind.Handover, default, content.Place, content.Hash);
}
