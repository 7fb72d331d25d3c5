using static Consensus.Cryptography.Tests.ProofSamples;

namespace Consensus.Cryptography.Tests;

/// <summary>That f+1 members who say the same are believed, and fewer are not.</summary>
[TestFixture]
internal sealed class ReplyTallyTests
{
    private static readonly RequestId Request = new(new ClientId(12), 3);
    private static readonly ReplyContent Truth = new(Request, IsApplied: true, new LogIndex(41), Blake3.Hash("put"u8), Bytes("done"));

    private static IEnumerable<ReplyContent> Lies =>
    [
        Truth with { IsApplied = false }, Truth with { Index = new LogIndex(42) }, Truth with { Command = Blake3.Hash("pet"u8) }, Truth with { Result = Bytes("gone") },
    ];

    [Test]
    public void Two_of_four_who_say_the_same_are_believed()
    {
        var tally = Tally();

        Assert.That(tally.TryAdd(Reply(10, Truth), out _), Is.True);
        Assert.That(tally.Agreed, Is.Null, "one may lie");
        Assert.That(tally.TryAdd(Reply(40, Truth), out _), Is.True);
        Assert.That(tally.Agreed, Is.EqualTo(Truth));
    }

    [TestCaseSource(nameof(Lies))]
    public void Who_says_anything_else_does_not_count_for_it(object lie)
    {
        var tally = Tally();
        tally.TryAdd(Reply(10, (ReplyContent)lie), out _);
        tally.TryAdd(Reply(20, Truth), out _);
        Assert.That(tally.Agreed, Is.Null);

        tally.TryAdd(Reply(30, Truth), out _);
        Assert.That(tally.Agreed, Is.EqualTo(Truth));
        Assert.That(tally.Replies, Has.Count.EqualTo(3));
    }

    [Test]
    public void Who_says_it_twice_counts_once()
    {
        var tally = Tally();
        tally.TryAdd(Reply(10, Truth), out _);
        tally.TryAdd(Reply(10, Truth), out _);

        Assert.That((tally.Agreed, tally.Replies.Count), Is.EqualTo(((ReplyContent?)null, 1)));
    }

    [Test]
    public void What_is_not_a_members_word_on_this_request_is_refused()
    {
        var tally = Tally();
        var elsewhere = Domain with { Cluster = ClusterId.None };

        Refuses(Reply(50, Truth), ProofDefectKind.UnknownSigner);
        Refuses(Reply(10, Truth, elsewhere), ProofDefectKind.OtherDomain);
        Refuses(Reply(10, Truth, elsewhere) with { Domain = Domain }, ProofDefectKind.InvalidSignature);
        Refuses(Reply(10, Truth) with { Signer = new NodeId(20) }, ProofDefectKind.InvalidSignature);
        Refuses(Reply(10, Truth with { Request = new RequestId(new ClientId(12), 4) }), ProofDefectKind.OtherCommand);
        Refuses(Reply(10, Truth with { Request = new RequestId(new ClientId(13), 3) }), ProofDefectKind.OtherCommand);
        foreach (var lie in Lies)
        {
            Refuses(Reply(10, Truth) with { Content = lie }, ProofDefectKind.InvalidSignature);
        }

        void Refuses(SignedReply reply, ProofDefectKind expected)
        {
            Assert.That(tally.TryAdd(reply, out var defect), Is.False);
            Assert.That(defect!.Kind, Is.EqualTo(expected), defect.Detail);
            Assert.That(tally.Replies, Is.Empty);
        }
    }

    [Test]
    public void What_is_written_is_read_again([Values] bool isApplied)
    {
        var reply = Reply(20, Truth with { IsApplied = isApplied });
        var text = SignedReplyDocument.ToUtf8(reply);

        Assert.That(SignedReplyDocument.TryParse(text, out var read, out var defect), Is.True, defect?.Detail);
        Assert.That(Tally().TryAdd(read!, out defect), Is.True, defect?.Detail);
        Assert.That(SignedReplyDocument.ToUtf8(read!), Is.EqualTo(text));
    }

    [TestCase("applied", "taken")]
    [TestCase("consensus-reply-1", "consensus-reply-2")]
    [TestCase("\"sequence\": 3", "\"sequence\": 3, \"sequence\": 3")]
    public void Another_text_is_none(string from, string to)
    {
        var text = System.Text.Encoding.UTF8.GetString(SignedReplyDocument.ToUtf8(Reply(20, Truth))).Replace(from, to, StringComparison.Ordinal);

        Assert.That(SignedReplyDocument.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _, out var defect), Is.False);
        Assert.That(defect!.Kind, Is.EqualTo(ProofDefectKind.Malformed));
    }

    private static ReplyTally Tally() => new(Domain, Members, Keys, Request);
}
