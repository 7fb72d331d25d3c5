using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Messages;

[TestFixture]
internal sealed class RaftMessageVerifierTests
{
    private static readonly RaftMessageVerifier Verifier = new(membersChange: true);

    private static IEnumerable<RaftMessageKind> Kinds => RandomMessages.Kinds;

    private static IEnumerable<TestCaseData> Defects()
    {
        yield return Case("entry 5 has term 4, after its leader's term 3", Append(3, 5, 4));
        yield return Case("entry 7 does not follow entry 5", Append(3, 5, 3, Entry(7, 3)));
        yield return Case("entry 5 does not follow entry 5", Append(3, 5, 3, Entry(5, 3)));
        yield return Case("entry 8 does not follow entry 6", Append(3, 5, 3, Entry(6, 3), Entry(8, 3)));
        yield return Case("entry 6 has term 2, outside 3 to 4", Append(4, 5, 3, Entry(6, 2)));
        yield return Case("entry 6 has term 5, outside 3 to 4", Append(4, 5, 3, Entry(6, 5)));
        yield return Case("entry 7 has term 3, outside 4 to 4", Append(4, 5, 3, Entry(6, 4), Entry(7, 3)));
        yield return Case("entry 6 carries no configuration: *", Append(3, 5, 3, Entry(6, 3) with { Kind = EntryKind.Membership }));
        yield return Case("a snapshot of 1000 bytes has no part at -1 of 10 bytes", Chunk(5, 1000, -1, 10));
        yield return Case("a snapshot of 1000 bytes has no part at 991 of 10 bytes", Chunk(5, 1000, 991, 10));
        yield return Case($"a snapshot of {long.MaxValue} bytes has no part at {long.MaxValue} of 10 bytes", Chunk(5, long.MaxValue, long.MaxValue, 10));
        yield return Case("a snapshot of -1 bytes has no part at 0 of 0 bytes", Chunk(5, -1, 0, 0));
        yield return Case("a snapshot covers no entry", Chunk(0, 1000, 0, 10));
        yield return Case("the hint 9 lies after the rejected entry 8", new AppendRejected(default, new Term(1), new LogIndex(8), new LogIndex(9), new Term(1), IsFull: false));
        yield return Case($"entry {ulong.MaxValue} is the last that there can be", new AppendRejected(default, new Term(1), new LogIndex(ulong.MaxValue), new LogIndex(9), new Term(1), IsFull: false));
        yield return Case("Stranger is no message of Raft", new Stranger());
    }

    private static IEnumerable<TestCaseData> Sound()
    {
        var membership = Entry(6, 3) with { Kind = EntryKind.Membership, Payload = MembershipCodec.Encode(NewState.Voters(3)) };
        yield return Case("no entries", Append(3, 5, 3));
        yield return Case("from the beginning", Append(3, 0, 0, Entry(1, 1), Entry(2, 1), Entry(3, 3)));
        yield return Case("a configuration", Append(3, 5, 3, membership));
        yield return Case("the first part", Chunk(5, 1000, 0, 10));
        yield return Case("the last part", Chunk(5, 1000, 990, 10));
        yield return Case("an empty state", Chunk(5, 0, 0, 0));
        yield return Case("a rejection", new AppendRejected(default, new Term(1), new LogIndex(8), new LogIndex(8), new Term(1), IsFull: false));
    }

    [TestCaseSource(nameof(Defects))]
    public void A_defect_is_named(string expected, ProtocolMessage message)
    {
        Assert.That(Verifier.Verify(new NodeId(2), message, out var defect), Is.EqualTo(MessageVerdict.Invalid));
        Assert.That(defect, expected.EndsWith('*') ? Does.StartWith(expected[..^1]) : Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Sound))]
    public void A_sound_message_passes(string name, ProtocolMessage message) => Assert.That(Verifier.Verify(new NodeId(2), message, out var defect), Is.EqualTo(MessageVerdict.Accepted), $"{name}: {defect}");

    // A leader that lies could make others lose sight of each other, and a follower that lies could ask an honest leader for it.
    [Test]
    public void Where_none_come_or_go_no_entry_and_no_wish_changes_the_members()
    {
        var verifier = new RaftMessageVerifier(membersChange: false);
        var membership = Entry(6, 3) with { Kind = EntryKind.Membership, Payload = MembershipCodec.Encode(NewState.Voters(3)) };
        var change = MembershipChange.None.Remove(new NodeId(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verifier.Verify(new NodeId(2), Append(3, 5, 3, membership), out var ofEntry), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(ofEntry, Is.EqualTo("entry 6 changes the members, where none come or go"));
            Assert.That(verifier.Verify(new NodeId(2), ForwardedChange.Of(new Term(3), new Ticket(1), change, default), out var ofWish), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(ofWish, Is.EqualTo("it asks for other members, where none come or go"));
            Assert.That(verifier.Verify(new NodeId(2), ForwardedChange.Of(new Term(3), new Ticket(1), change.Expecting(new LogIndex(7)), default), out _), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(verifier.Verify(new NodeId(2), Append(3, 5, 3, Entry(6, 3)), out var defect), Is.EqualTo(MessageVerdict.Accepted), defect);
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void No_message_comes_from_nobody(RaftMessageKind kind)
    {
        Assert.That(Verifier.Verify(NodeId.None, new RandomMessages(1).Next(kind), out var defect), Is.EqualTo(MessageVerdict.Invalid));
        Assert.That(defect, Is.EqualTo("the sender has no number"));
    }

    private static TestCaseData Case(string text, ProtocolMessage message) => new TestCaseData(text, message).SetArgDisplayNames(text);

    private static LogEntry Entry(ulong index, ulong term) => new(new LogIndex(index), new Term(term), EntryKind.Command, default, default, default);

    private static AppendRequest Append(ulong term, ulong previous, ulong previousTerm, params LogEntry[] entries) =>
        new(new Term(term), new LogPosition(new LogIndex(previous), new Term(previousTerm), default), default, entries);

    private static SnapshotChunk Chunk(ulong index, long length, long offset, int bytes) => new(new Term(1), NewSnapshot.At(index, length), offset, new byte[bytes]);

    private sealed record Stranger : ProtocolMessage;
}
