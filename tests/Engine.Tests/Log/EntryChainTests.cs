using System.Text;

namespace Consensus.Engine.Tests.Log;

public sealed class EntryChainTests
{
    private static readonly byte[] LargePayload = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 251))];

    private static readonly LogEntry Reference = new(
        new LogIndex(2), new Term(1), EntryKind.Command, new Timestamp(1_700_000_000_001), Encoding.ASCII.GetBytes("abc"), default);

    private readonly EntryChain _chain = new();

    // Computed with Debian's b3sum over the bytes that the documentation of EntryChain gives.
    [Test]
    public void Three_entries_have_the_hashes_that_b3sum_gives_for_their_bytes()
    {
        var first = _chain.Next(default, new LogIndex(1), new Term(1), EntryKind.NoOp, new Timestamp(1_700_000_000_000), []);
        var second = Next(first, Reference);
        var third = _chain.Next(second, new LogIndex(3), new Term(2), EntryKind.Membership, new Timestamp(-1), LargePayload);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.ToString(), Is.EqualTo("32d7149c69cf0842a0bccda86652cbe31d0258dab31ad1e80b759c679bcc68fc"));
            Assert.That(second.ToString(), Is.EqualTo("811ea8ab5d276fc15dfc97184a0dec40c7984238cd66c31973b31b8b46c473ce"));
            Assert.That(third.ToString(), Is.EqualTo("063f9cad83938e450aac52eb36c6887a8e2e98de1459895ca321b00502532c86"));
        }
    }

    [Test]
    public void Every_field_changes_the_hash()
    {
        var hashes = new[]
        {
            Next(default, Reference),
            Next(new Digest([.. new byte[31], 1]), Reference),
            Next(default, Reference with { Index = new LogIndex(3) }),
            Next(default, Reference with { Term = new Term(2) }),
            Next(default, Reference with { Kind = EntryKind.NoOp }),
            Next(default, Reference with { Time = new Timestamp(1_700_000_000_002) }),
            Next(default, Reference with { Payload = Encoding.ASCII.GetBytes("abd") }),
            Next(default, Reference with { Payload = Encoding.ASCII.GetBytes("abc\0") }),
        };

        Assert.That(hashes, Is.Unique);
    }

    // 4,096 is where the one-shot hash ends and the incremental one begins.
    [TestCase(4095)]
    [TestCase(4096)]
    [TestCase(4097)]
    public void A_payload_of_any_length_is_covered_to_its_last_byte(int length)
    {
        var payload = new byte[length];
        var before = Next(default, Reference with { Payload = payload });
        payload[^1] ^= 1;

        Assert.That(Next(default, Reference with { Payload = payload }), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_long_payload_leaves_nothing_behind_for_the_next_entry()
    {
        var before = Next(default, Reference);
        Next(default, Reference with { Payload = LargePayload });

        Assert.That(Next(default, Reference), Is.EqualTo(before));
    }

    [Test]
    public void An_entry_continues_only_the_chain_it_was_made_for()
    {
        var entry = Reference with { Chain = Next(default, Reference) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_chain.Continues(default, entry), Is.True);
            Assert.That(_chain.Continues(entry.Chain, entry), Is.False);
            Assert.That(_chain.Continues(default, entry with { Term = new Term(9) }), Is.False);
        }
    }

    private Digest Next(Digest previous, in LogEntry entry) =>
        _chain.Next(previous, entry.Index, entry.Term, entry.Kind, entry.Time, entry.Payload.Span);
}
